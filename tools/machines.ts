/**
 * The disks of two small real machines, Debian with systemd on x64 and a minimal root on arm64, and the tests that boot
 * them in qemu (tests/machines). By hand only, with `npm run test:machines`: it needs root, and the first time Debian's
 * packages and some minutes. The disks are in a cache folder of the user, never in this project; no test writes on them.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { BUN, ROOT } from "./project.ts";
import { NO_TEST, type Result, suite } from "./suite.ts";

/** The packages added to a minimal Debian: systemd, ssh for logins on its loopback, and what looop uses. */
const PACKAGES = [
  ...["systemd-sysv", "dbus-user-session", "libpam-systemd", "polkitd", "linux-image-cloud-amd64"],
  ...["openssh-server", "openssh-client", "git", "procps"],
];

/** Debian's release, and the size of the disk, which is a sparse file. */
const DEBIAN = "bookworm";
const SIZE = "3G";

/** Runs the scripts that the tests send on the second serial line. Each line is a script in base64, and so is its answer. */
const ORDERS = `#!/bin/bash
exec <>/dev/ttyS1 >&0
stty raw -echo
echo "ready $(cat /proc/sys/kernel/random/boot_id)"
while IFS= read -r line; do
  said=$(bash -c "$(base64 -d <<<"$line")" 2>&1 </dev/null)
  echo "$? $(printf %s "$said" | base64 -w0)"
done
`;

const ORDERS_UNIT = `[Unit]
After=multi-user.target systemd-user-sessions.service ssh.service
[Service]
ExecStart=/usr/local/sbin/orders
Restart=always
[Install]
WantedBy=default.target
`;

/** Runs once in the new root: lets root log in as any user with a key, and makes nothing wait for the missing network. */
const SETUP = `set -e
systemctl enable orders.service ssh.service
systemctl mask systemd-timesyncd.service apt-daily.timer apt-daily-upgrade.timer
ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519
mkdir -p /etc/skel/.ssh
cp /root/.ssh/id_ed25519.pub /etc/skel/.ssh/authorized_keys
printf 'StrictHostKeyChecking no\\nLogLevel ERROR\\n' >/root/.ssh/config
echo machine >/etc/hostname
echo '127.0.0.1 localhost machine' >/etc/hosts
`;

/** The arm64 machine has a root in memory with the programs that `looop demo` uses. Installing packages would need an arm64 processor. */
const ARM64_PACKAGES = [
  ...["bash", "dash", "coreutils", "grep", "sed", "gawk", "git", "mount", "procps", "libgcc-s1"],
  "linux-image-cloud-arm64",
];

/** Runs /script, which tests/support/machine/arm64.ts writes, and exits. */
const ARM64_INIT = `#!/bin/bash
export HOME=/root PATH=/usr/bin:/bin:/usr/sbin:/sbin TERM=dumb LANG=C.UTF-8
mount -t proc proc /proc
mount -t devtmpfs dev /dev
mkdir -p /dev/pts
mount -t devpts pts /dev/pts
cd /root
bash /script 2>&1
echo o >/proc/sysrq-trigger
while :; do sleep 1; done
`;

/** The time limit of a test, in milliseconds: it waits for a boot, and for systemd's restart after half a minute. */
const TEST_TIMEOUT_MS = 240_000;

const NEEDED = {
  mmdebstrap: "mmdebstrap",
  mke2fs: "e2fsprogs",
  busybox: "busybox",
  "qemu-system-x86_64": "qemu-system-x86",
  "qemu-system-aarch64": "qemu-system-arm",
} as const;

/** Makes the missing disks and a program for arm64, and runs the tests. */
export async function machines(): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "looop-machines-"));
  try {
    requireHere();
    const [x64 = "", arm64 = ""] = made([
      { recipe: [PACKAGES, DEBIAN, SIZE, ORDERS, ORDERS_UNIT, SETUP], fill: fillX64 },
      { recipe: [ARM64_PACKAGES, DEBIAN, ARM64_INIT], fill: fillArm64 },
    ]);
    run(BUN, join(ROOT, "tools/release.ts"), "--only", "linux-arm64", "--out", folder);
    const program = join(folder, "looop-linux-arm64");
    const env = { LOOOP_MACHINE: x64, LOOOP_MACHINE_ARM64: arm64, LOOOP_PROGRAM_ARM64: program };
    return await suite(["tests/machines"], { timeoutMs: TEST_TIMEOUT_MS, env });
  } catch (error) {
    const broken = error instanceof Error ? error.message : String(error);
    return { ...NO_TEST, broken };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function requireHere(): void {
  if (process.platform !== "linux" || process.arch !== "x64") throw new Error("the machine is linux-x64");
  if (process.getuid?.() !== 0) throw new Error("making the machine's disk takes root");
  const absent = Object.entries(NEEDED).filter(([command]) => Bun.which(command) === null);
  if (absent.length > 0) {
    throw new Error(`not installed: ${absent.map(([command]) => command).join(", ")}
  hint: apt-get install --no-install-recommends ${absent.map(([, name]) => name).join(" ")}`);
  }
}

interface Disk {
  /** Everything the disk depends on. Another recipe makes another disk. */
  readonly recipe: readonly unknown[];
  fill(folder: string): void;
}

/** Returns the folder of each disk. It is renamed last, so that a folder of this name is complete. Removes those of other recipes. */
function made(disks: readonly Disk[]): string[] {
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "looop-test-machines");
  const folders = disks.map(({ recipe, fill }) => {
    const folder = join(cache, createHash("sha256").update(JSON.stringify(recipe)).digest("hex").slice(0, 16));
    if (existsSync(folder)) return folder;
    process.stderr.write("Setting up: a machine's disk, once\n");
    const fresh = join(cache, `new.${process.pid}`);
    mkdirSync(fresh, { recursive: true });
    try {
      fill(fresh);
      renameSync(fresh, folder);
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
    return folder;
  });
  const others = readdirSync(cache).filter((name) => /^[0-9a-f]{16}$/.test(name));
  for (const other of others.map((name) => join(cache, name)))
    if (!folders.includes(other)) rmSync(other, { recursive: true });
  return folders;
}

/** Makes `vmlinuz`, `initrd.img` and `disk.img`. */
function fillX64(folder: string): void {
  const root = join(folder, "root");
  const exclude = ["man", "doc", "locale"].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`);
  run("mmdebstrap", "--variant=minbase", ...exclude, `--include=${PACKAGES.join(",")}`, DEBIAN, root);
  writeFileSync(join(root, "usr/local/sbin/orders"), ORDERS, { mode: 0o755 });
  writeFileSync(join(root, "etc/systemd/system/orders.service"), ORDERS_UNIT);
  run("chroot", root, "/bin/bash", "-c", SETUP);
  for (const name of ["vmlinuz", "initrd.img"]) run("cp", "--dereference", join(root, name), join(folder, name));
  run("mke2fs", "-q", "-t", "ext4", "-d", root, join(folder, "disk.img"), SIZE);
  rmSync(root, { recursive: true });
}

/** Makes `vmlinuz` and `root.cpio`. */
function fillArm64(folder: string): void {
  const root = join(folder, "root");
  const how = ["--arch=arm64", "--variant=extract", "--dpkgopt=path-exclude=/usr/share/*"];
  run("mmdebstrap", ...how, `--include=${ARM64_PACKAGES.join(",")}`, DEBIAN, root);
  writeFileSync(join(root, "init"), ARM64_INIT, { mode: 0o755 });
  for (const name of ["root", "tmp", "proc", "dev"]) mkdirSync(join(root, name), { recursive: true });
  run("sh", "-c", `mv "$1"/boot/vmlinuz* "$2"`, "sh", root, join(folder, "vmlinuz"));
  for (const name of ["boot", "lib/modules", "var"]) rmSync(join(root, name), { recursive: true });
  run("sh", "-c", 'cd "$1" && find . | busybox cpio -o -H newc >"$2"', "sh", root, join(folder, "root.cpio"));
  rmSync(root, { recursive: true });
}

function run(command: string, ...args: readonly string[]): void {
  const { status, signal, error } = spawnSync(command, args, { stdio: ["ignore", 2, 2] });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ended with ${status ?? signal}`);
}
