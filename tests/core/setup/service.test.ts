/** The files that service managers read, judged by the managers' own tools. */
import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { launchdPlist, type Service, systemdUnit } from "../../../src/core/setup/service.ts";
import { profile } from "../../support/program/profile.ts";
import { missing, testUnless } from "../../support/program/skip.ts";

const ODD = 'a b $HOME %h "q" \\n & <x>';

const service: Service = {
  name: "looop",
  program: ["/home/you/bin dir/looop"],
  shell: "/bin/sh",
  env: { LOOOP_DATA_DIR: `/home/you/${ODD}` },
  log: "/home/you/service.log",
};

testUnless(missing("systemd-analyze"))("systemd finds nothing wrong with the unit", () => {
  const me = profile();
  const file = join(me.home, "looop.service");
  writeFileSync(file, systemdUnit(service));
  const env = { ...me.env, XDG_RUNTIME_DIR: me.temp };
  const done = spawnSync("systemd-analyze", ["--user", "--man=no", "verify", file], { env, encoding: "utf8" });
  expect([done.status, done.stdout + done.stderr]).toEqual([0, ""]);
});

test("the unit ends the pulse alone, and starts it again only after a failure", () => {
  const text = systemdUnit(service);
  for (const line of ["KillMode=process", "SendSIGHUP=yes", "Restart=on-failure", "WantedBy=default.target"])
    expect(text).toContain(`${line}\n`);
});

test("the unit quotes what means something to systemd: a dollar in a command line only", () => {
  expect(systemdUnit(service)).toContain(`Environment="LOOOP_DATA_DIR=/home/you/a b $HOME %%h \\"q\\" \\\\n & <x>"\n`);
  const odd = systemdUnit({ ...service, program: ["/opt/$x/looop"] });
  expect(odd).toContain(`ExecStart=/bin/sh -l -c "exec '/opt/$$x/looop' run"\n`);
});

testUnless(missing("python3"))("the agent is a property list that says the same", () => {
  const script = "import plistlib, sys, json; print(json.dumps(plistlib.load(sys.stdin.buffer)))";
  const done = spawnSync("/usr/bin/python3", ["-c", script], { input: launchdPlist(service), encoding: "utf8" });
  expect(done.stderr).toBe("");
  expect(JSON.parse(done.stdout)).toEqual({
    Label: "local.looop",
    ProgramArguments: ["/bin/sh", "-l", "-c", "exec '/home/you/bin dir/looop' run"],
    EnvironmentVariables: { LOOOP_DATA_DIR: `/home/you/${ODD}` },
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    ThrottleInterval: 30,
    AbandonProcessGroup: true,
    StandardOutPath: "/home/you/service.log",
    StandardErrorPath: "/home/you/service.log",
  });
});
