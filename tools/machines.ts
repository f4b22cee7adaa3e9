/**
 * The disk of a small real machine, Debian with systemd, and the tests that boot it (tests/machines). By hand only, with
 * `npm run test:machines`: it takes root, and the first time Debian's packages and a minute. The disk is in a
 * cache folder of the user, never in this project; no test writes on it.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type Result, suite } from "./suite.ts";

/** What the machine has besides Debian's smallest: systemd, logins over ssh on its own loopback, and what looop uses. */
const PACKAGES = [
  ...["systemd-sysv", "dbus-user-session", "libpam-systemd", "polkitd", "linux-image-cloud-amd64"],
  ...["openssh-server", "openssh-client", "git", "procps"],
];

/** Debian's release, and how large the disk is, which is mostly holes. */
const RELEASE = "bookworm";
const SIZE = "3G";

/** Carries out what the tests send on the second serial line: a line is a script in base64, and so is its answer. */
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

/** Run once in the new root: root may log in as anybody by a key, and nothing waits for a network that is not there. */
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

/** When a test is ended, in milliseconds: it waits for what systemd does half a minute later, and for a boot. */
const TEST_TIMEOUT_MS = 240_000;

const NEEDED = { mmdebstrap: "mmdebstrap", mke2fs: "e2fsprogs", "qemu-system-x86_64": "qemu-system-x86" } as const;

/** Makes the disk if there is none yet, and runs the tests. */
export async function machines(): Promise<Result> {
  try {
    requireHere();
    return await suite(["tests/machines"], { timeoutMs: TEST_TIMEOUT_MS, env: { LOOOP_MACHINE: madeMachine() } });
  } catch (error) {
    const broken = error instanceof Error ? error.message : String(error);
    return { passed: 0, failed: 0, skipped: [], broken, output: "" };
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

/** The folder with `disk.img`, `vmlinuz` and `initrd.img`. The rename comes last: a folder of that name is whole. */
function madeMachine(): string {
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "looop-test-machines");
  const recipe = JSON.stringify([PACKAGES, RELEASE, SIZE, ORDERS, ORDERS_UNIT, SETUP]);
  const folder = join(cache, createHash("sha256").update(recipe).digest("hex").slice(0, 16));
  if (existsSync(folder)) return folder;
  const made = join(cache, `new.${process.pid}`);
  mkdirSync(made, { recursive: true });
  try {
    fill(made);
    renameSync(made, folder);
    for (const other of readdirSync(cache))
      if (/^[0-9a-f]{16}$/.test(other) && join(cache, other) !== folder)
        rmSync(join(cache, other), { recursive: true });
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  return folder;
}

function fill(folder: string): void {
  const root = join(folder, "root");
  const exclude = ["man", "doc", "locale"].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`);
  process.stderr.write("Setting up: a machine's disk, once\n");
  run("mmdebstrap", "--variant=minbase", ...exclude, `--include=${PACKAGES.join(",")}`, RELEASE, root);
  writeFileSync(join(root, "usr/local/sbin/orders"), ORDERS, { mode: 0o755 });
  writeFileSync(join(root, "etc/systemd/system/orders.service"), ORDERS_UNIT);
  run("chroot", root, "/bin/bash", "-c", SETUP);
  for (const name of ["vmlinuz", "initrd.img"]) run("cp", "--dereference", join(root, name), join(folder, name));
  run("mke2fs", "-q", "-t", "ext4", "-d", root, join(folder, "disk.img"), SIZE);
  rmSync(root, { recursive: true });
}

function run(command: string, ...args: readonly string[]): void {
  const { status, signal, error } = spawnSync(command, args, { stdio: ["ignore", 2, 2] });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ended with ${status ?? signal}`);
}
