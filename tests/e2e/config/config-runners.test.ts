import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";

const found = (me: Profile) =>
  JSON.parse(looop(["config", "runners", "--json"], { profile: me, stdout: ANYTHING }).stdout);

describe("looop config runners", () => {
  test("lists the built-in runners without a config, and starts none", () => {
    const me = profile();
    const path = me.command("pi", "touch ~/started");

    looop(["config", "runners"], {
      profile: me,
      stdout: `* claude    not installed
  pi        installed        ${path}
  codex     not installed
  opencode  not installed
  offline   installed
* decides, in agent mode
`,
    });
    expect(me.read("../home/started")).toBeUndefined();
    expect(me.read("PLAYBOOK.md")).toBeUndefined();
  });

  test("says which runner decides, in which mode, and what the config changed", () => {
    const me = profile();
    me.command("my-model", "true");
    me.config(
      'default = "mine"\n[decide]\nmode = "typed"\n[runners.mine]\ndecide = "FLAG=1 my-model -p"\n' +
        '[runners.pi]\ntick = "pi --mine"\n[runners.odd]\ntick = "$PROGRAM"\n',
    );

    const { stdout } = looop(["config", "runners"], { profile: me, stdout: /^\* decides, in typed mode\n$/m });

    expect(stdout).toMatch(/^\* mine +installed +\/.*\/my-model {2}\(your own\)$/m);
    expect(stdout).toMatch(/^ {2}pi +not installed.*\(changed by the config\)$/m);
    expect(stdout).toMatch(/^ {2}odd +\?.*\(your own\)$/m);
  });

  test("prints the runners as JSON, with the version from the program's package", () => {
    const me = profile();
    me.write("../home/package/package.json", '{"version":"0.73.1"}');
    me.write("../home/package/dist/pi", "#!/bin/sh\n", 0o700);
    me.config('default = "pi"\n');
    const inPackage = { ...me, env: { ...me.env, PATH: `${me.home}/package/dist:${me.env["PATH"]}` } };

    const report = found(inPackage);

    expect(report).toMatchObject({ v: 1, default: "pi", mode: "agent", config: join(me.home, ".config/looop.toml") });
    expect(report.runners[1]).toEqual({
      ...{ name: "pi", decides: true, installed: true, program: "pi", path: `${me.home}/package/dist/pi` },
      ...{ version: "0.73.1", commands: ["tick", "decide", "interactive", "resume"], origin: "built-in" },
    });
  });

  test("says what is wrong with a config", () => {
    const me = profile();
    me.config("default = 1\n");
    looop(["config", "runners"], { profile: me, exit: 3, stderr: /^looop: Cannot read the config .*default/ });
  });

  test("is listed in the help of looop config", () => {
    looop(["config"], { stdout: /^ {2}runners {2}/m });
  });
});
