/** `looop service` with a systemctl that only records its calls; the real one is never started. */
import { expect } from "bun:test";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { testUnless } from "../../support/program/skip.ts";
import { waitFor } from "../../support/program/wait-for.ts";

const testLinux = testUnless(process.platform === "linux" ? undefined : "only Linux has systemd");

interface Machine {
  readonly linger: "yes" | "no";
  readonly kills?: boolean;
}

/** A person on a machine with systemd, whose data is where it usually is. */
function personWith({ linger, kills = false }: Machine): {
  me: Profile;
  env: Record<string, string | undefined>;
  unit: string;
} {
  const me = profile();
  const log = `printf '%s\\n' "$*" >>"$HOME/asked"`;
  me.command(
    "systemctl",
    `${log}; case "$*" in *is-active*) cat "$HOME/standing" 2>/dev/null || echo inactive; grep -qsx active "$HOME/standing" ;; *restart*) echo active >"$HOME/standing" ;; *disable* | *stop*) rm -f "$HOME/standing" ;; esac`,
  );
  me.command("loginctl", `echo ${linger}`);
  me.command("busctl", `echo b ${kills}`);
  const env = {
    LOOOP_DATA_DIR: undefined,
    LOOOP_CONFIG: undefined,
    XDG_STATE_HOME: undefined,
    XDG_CONFIG_HOME: undefined,
    SHELL: "/bin/bash",
  };
  return { me, env, unit: join(me.home, ".config/systemd/user/looop.service") };
}

const asked = (me: Profile) => readFileSync(join(me.home, "asked"), "utf8").trim().split("\n");

testLinux("service install writes a unit, starts it, and adds no advice when the account lingers", () => {
  const { me, env, unit } = personWith({ linger: "yes" });

  looop(["service", "install"], { profile: me, env, stdout: `wrote ${unit}\nstarted looop.service\n` });

  expect(asked(me)).toEqual(["--user daemon-reload", "--user enable looop.service", "--user restart looop.service"]);
  expect(readFileSync(unit, "utf8")).toMatch(/^ExecStart=\/bin\/bash -l -c "?exec .+ run"?$/m);
  looop(["service", "install"], { profile: me, env, stdout: `replaced ${unit}\nstarted looop.service\n` });
  looop(["service", "status"], { profile: me, env, stdout: `looop.service: running\nfile: ${unit}\n` });
});

testLinux("service install says what ends the pulse when the account does not linger", () => {
  const { me, env } = personWith({ linger: "no" });
  looop(["service", "install"], {
    profile: me,
    env,
    stdout: /\nYour account does not linger: .+the workers it started; .+\n.+: loginctl enable-linger\n$/,
  });
});

for (const linger of ["yes", "no"] as const) {
  testLinux(`service install says what ends the workers when a logout kills everything; lingering: ${linger}`, () => {
    const { me, env } = personWith({ linger, kills: true });
    const stdout =
      /\nLogging out here ends .+ lingering or not \(KillUserProcesses=yes\): .+\n.+systemd-run --user --scope .+\n$/;
    looop(["service", "install"], { profile: me, env, stdout });
  });
}

testLinux("service install --dry-run changes nothing", () => {
  const { me, env, unit } = personWith({ linger: "yes" });
  looop(["service", "install", "--dry-run"], { profile: me, env, stdout: /^# .*looop\.service\n# Written by/ });
  expect([existsSync(unit), existsSync(join(me.home, "asked"))]).toEqual([false, false]);
});

testLinux("service leaves another's unit of that name alone", () => {
  const { me, env, unit } = personWith({ linger: "yes" });
  mkdirSync(dirname(unit), { recursive: true });
  writeFileSync(unit, "[Service]\nExecStart=/bin/true\n");
  for (const verb of ["install", "uninstall", "status"]) {
    looop(["service", verb], { profile: me, env, exit: 1, stderr: /it was not written by looop\n {2}hint: .+\n$/ });
  }
  expect(readFileSync(unit, "utf8")).toBe("[Service]\nExecStart=/bin/true\n");
});

testLinux("service uninstall stops it and removes the unit, once", () => {
  const { me, env, unit } = personWith({ linger: "yes" });
  looop(["service", "install"], { profile: me, env, stdout: ANYTHING });

  looop(["service", "uninstall"], { profile: me, env, stdout: `stopped looop.service\nremoved ${unit}\n` });

  expect(asked(me).slice(-2)).toEqual(["--user disable --now looop.service", "--user daemon-reload"]);
  expect(existsSync(unit)).toBe(false);
  looop(["service", "uninstall"], { profile: me, env, stdout: "there is no service: nothing to do\n" });
  looop(["service", "status"], {
    profile: me,
    env,
    stdout: `not installed: \`looop service install\` writes ${unit}\n`,
  });
});

for (const [standing, words] of [
  ["active", "running"],
  ["activating", "not running: it failed, and is started again within 30 s"],
] as const) {
  testLinux(
    `down stops a service that is ${standing}, which would start the pulse again, and says when it is back`,
    () => {
      const { me, env } = personWith({ linger: "yes" });
      me.config('default = "offline"\n');
      looop(["service", "install"], { profile: me, env, stdout: ANYTHING });
      writeFileSync(join(me.home, "standing"), `${standing}\n`);
      looop(["service", "status"], { profile: me, env, stdout: new RegExp(`^looop\\.service: ${words}\n`) });

      looop(["down"], {
        profile: me,
        env,
        stdout: /^pulse stopped\nlooop\.service starts it at the next login or boot, .+\n$/,
      });

      expect(asked(me).slice(-1)).toEqual(["--user stop looop.service"]);
      looop(["down"], { profile: me, env, stdout: "no pulse session to stop\n" });
    },
  );
}

testLinux("service install refuses while the pulse of `looop up` runs, and changes nothing", () => {
  const { me, env, unit } = personWith({ linger: "yes" });
  me.config('default = "offline"\n');
  looop(["up"], { profile: me, env, stdout: ANYTHING });
  const stderr = /the pulse already runs as process \d+\n {2}hint: End it with `looop down`/;
  looop(["service", "install"], { profile: me, env, exit: 5, stderr });
  expect(existsSync(unit)).toBe(false);
  looop(["down"], { profile: me, env, stdout: "pulse stopped\n" });
  looop(["service", "install"], { profile: me, env, stdout: ANYTHING });
});

testLinux("each data folder has its own service", () => {
  const { me, env } = personWith({ linger: "yes" });
  const other = { ...env, LOOOP_DATA_DIR: join(me.home, "other data") };
  looop(["service", "install"], { profile: me, env: other, stdout: /started looop-[0-9a-f]{8}\.service\n$/ });
  const { stdout } = looop(["service", "status", "--json"], { profile: me, env: other, stdout: ANYTHING });
  const { path, ...rest } = JSON.parse(stdout);
  expect(rest).toMatchObject({ v: 1, kind: "systemd", installed: true, active: true, current: true, notes: [] });
  expect(readFileSync(path, "utf8")).toContain(`Environment="LOOOP_DATA_DIR=${me.home}/other data"\n`);
});

testLinux("the unit starts a pulse that ends with exit code 0 when stopped", async () => {
  const { me, env, unit } = personWith({ linger: "yes" });
  me.config('default = "offline"\n');
  looop(["service", "install"], { profile: me, env, stdout: ANYTHING });
  // The command line as a shell would have it: nothing in it needs systemd's own quoting here but the quotes.
  const line = /^ExecStart=(.+)$/m.exec(readFileSync(unit, "utf8"))?.[1] ?? "";
  const script = `${line} >"$HOME/out" 2>&1 & pid=$!; i=0; until grep -q 'done' "$HOME/out" || [ $((i += 1)) -gt 200 ]; do command -p sleep 0.05; done; kill -TERM $pid; wait $pid`;
  const set = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const { LOOOP_DATA_DIR: _data, ...usual } = me.env;
  const done = await waitFor("the pulse's end", () =>
    spawnSync("/bin/bash", ["-c", script], { env: { ...usual, ...set }, encoding: "utf8" }),
  );
  expect([done.status, readFileSync(join(me.home, "out"), "utf8")]).toEqual([0, expect.stringContaining("└─ done")]);
});

testLinux("service says what to do instead without a service manager", () => {
  const { me, env } = personWith({ linger: "yes" });
  looop(["service", "install"], {
    profile: me,
    env: { ...env, PATH: "/nonexistent" },
    exit: 3,
    stderr: /no systemctl on PATH\n {2}hint: .+cron/,
  });
});
