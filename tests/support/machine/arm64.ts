/** A machine with an arm64 processor, emulated, over the root that tools/machines.ts made; it runs one script. */
import { spawnSync } from "node:child_process";
import { appendFileSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

/** The time limit of the machine, in milliseconds. */
const LIMIT_MS = 220_000;

/** Boots it with the release's looop on PATH, and returns all that a bash script prints there, as root. */
export function onArm64(script: string): string {
  const folder = mkdtempSync(join(tmpdir(), "looop-arm64-"));
  try {
    const root = join(folder, "root.cpio");
    copyFileSync(join(given("LOOOP_MACHINE_ARM64"), "root.cpio"), root);
    // The kernel takes one archive after the other.
    appendFileSync(root, archive(folder, script));
    const done = spawnSync(
      "qemu-system-aarch64",
      [
        ...[
          "-M",
          "virt",
          "-cpu",
          "neoverse-n1",
          "-m",
          "4096",
          "-nodefaults",
          "-nographic",
          "-nic",
          "none",
          "-no-reboot",
        ],
        ...["-kernel", join(given("LOOOP_MACHINE_ARM64"), "vmlinuz"), "-initrd", root],
        ...["-append", "console=ttyAMA0 rdinit=/init quiet panic=-1", "-serial", "stdio"],
      ],
      { stdio: ["ignore", "pipe", "inherit"], encoding: "utf8", timeout: LIMIT_MS, killSignal: "SIGKILL" },
    );
    if (done.status !== 0) throw new Error(`The machine did not end:\n${done.stdout}`, { cause: done.error });
    return done.stdout.replaceAll("\r", "");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function archive(folder: string, script: string): Buffer {
  writeFileSync(join(folder, "script"), script);
  const pack = `mkdir -p usr/bin && cp "$1" usr/bin/looop && chmod 755 usr/bin/looop
    printf '%s\\n' script usr/bin/looop | busybox cpio -o -H newc`;
  const argv = ["-c", pack, "sh", given("LOOOP_PROGRAM_ARM64")];
  const { status, stdout, stderr } = spawnSync("sh", argv, { cwd: folder, maxBuffer: 1 << 30 });
  if (status !== 0) throw new Error(`Cannot pack the script: ${stderr}`);
  return stdout;
}

function given(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set\n  hint: Use \`npm run test:machines\``);
  return value;
}
