/** Completions as a person meets them: real shells in a real terminal, and the key Tab. */
import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { looop } from "../../support/program/looop.ts";
import type { Profile } from "../../support/program/profile.ts";
import { profile } from "../../support/program/profile.ts";
import { missing, testUnless } from "../../support/program/skip.ts";
import { LOOOP, type Pane, pane } from "../../support/session/tmux.ts";
import { fleetProfile, worker } from "../../support/session/workers.ts";

/** A name that every shell must quote. */
const ODD = "zoo $HOME 'a;b.md";

interface Shell {
  readonly name: "bash" | "zsh" | "fish";
  /** The command that starts the shell, without the configuration of a person or a distribution. */
  readonly start: string;
  /** The person's rc file. */
  readonly line: string;
}

const SHELLS: readonly Shell[] = [
  { name: "bash", start: "exec env PS1='pane$ ' bash --norc --noprofile", line: 'eval "$(looop config bash)"' },
  { name: "zsh", start: "exec env PS1='pane$ ' zsh -f", line: 'eval "$(looop config zsh)"' },
  { name: "fish", start: "exec fish --no-config", line: "looop config fish | source" },
];

async function shellIn(me: Profile, { start, line }: Shell): Promise<Pane> {
  me.command("looop", `exec ${LOOOP} "$@"`);
  const shell = await pane(me, 120, 40);
  shell.run(start);
  await shell.shows(/\n.*[$>#] ?$/);
  shell.run(`${line}; clear; echo ready`);
  await shell.shows(/^ready$/m);
  return shell;
}

/** Types a text and Tab, waits until the pane shows the completion, and clears the line. */
async function typed(shell: Pane, text: string, becomes: RegExp): Promise<void> {
  shell.type(text);
  shell.keys("Tab");
  await shell.shows(becomes);
  shell.keys("C-u");
}

for (const shell of SHELLS) {
  describe(`completions in ${shell.name}`, () => {
    const testShell = testUnless(missing("tmux", shell.name));

    testShell("complete verbs, options, values and live names in any position", async () => {
      const me = profile();
      me.goal("water-the-garden", "Water it.\n");
      const it = await shellIn(me, shell);

      await typed(it, "looop unfl", /looop unflag/);
      await typed(it, "looop goal show wat", /looop goal show water-the-garden/);
      await typed(it, "looop log --foll", /looop log --follow/);
      await typed(it, "looop ask x --severity s", /--severity soon/);
      await typed(it, "looop ask x --severity=s", /--severity=soon/);
      await typed(it, "looop help goal arch", /looop help goal archive/);
    });

    testShell("insert a path with odd characters as one word", async () => {
      const me = profile();
      writeFileSync(join(me.home, ODD), "# an odd one\n");
      const it = await shellIn(me, shell);
      it.type("looop start-session x --cwd zo");
      it.keys("Tab");
      await it.shows(/a;b|a\\;b/);
      // The line as it stands, with another command before it.
      it.keys("C-a");
      it.type("printf '<%s>' ");
      it.keys("Enter");
      await it.shows(`<--cwd><${ODD}>`);
    });

    testShell("list the sessions that wait for the person first", async () => {
      const me = fleetProfile();
      worker(me, "aaa-works", "sleep 600");
      worker(me, "zzz-waits", "sleep 600");
      looop(["flag", "zzz-waits", "which colour?"], { profile: me, stdout: /./ });
      const it = await shellIn(me, shell);
      it.type("looop attach ");
      it.keys("Tab", "Tab");
      const text = await it.shows(/aaa-works/);
      const list = text.slice(text.search(/zzz-waits|aaa-works/));
      expect(list.indexOf("zzz-waits")).toBeLessThan(list.indexOf("aaa-works"));
    });

    testShell("offer files where an option takes one", async () => {
      const me = profile();
      const it = await shellIn(me, shell);
      it.run("touch only-this-file.md");
      await typed(it, "looop ask x --ref only", /--ref only-this-file\.md/);
    });
  });
}

describe("looop __complete", () => {
  test("prints nothing where nothing can be completed, in any state of the machine", () => {
    looop(["__complete", "--", "nonsense", ""], {});
    looop(["__complete", "--", "goal", "show", ""], {});
  });

  test("offers the runners of the config", () => {
    const me = profile();
    me.config('default = "offline"\n[runners.my-own]\ntick = "cat"\n');
    looop(["__complete", "--", "start-session", "x", "y", "my"], { profile: me, stdout: "my-own\n" });
  });

  test("offers only names that the verb accepts", () => {
    const me = profile();
    for (const name of ["two\nlines.sh", "a b.sh", "one-line.sh"]) me.sensor(name, "exit 0");
    looop(["__complete", "--", "sensor", "show", ""], { profile: me, stdout: "one-line.sh\n" });
  });

  test("offers a worker by the name that a person types, with its state", () => {
    const me = fleetProfile();
    worker(me, "w", "sleep 600");
    const { stdout } = looop(["__complete", "--", "tell", ""], { profile: me, stdout: /^w\trunning/ });
    expect(stdout).not.toContain("looop-w");
  });
});

const scripts: [name: string, check: string[]][] = [
  ["bash", ["bash", "-n"]],
  ["zsh", ["zsh", "-n"]],
  ["fish", ["fish", "--no-config", "-n"]],
];
for (const [name, [command = "", ...rest]] of scripts) {
  testUnless(missing(command))(`looop config ${name} prints a script that ${name} can parse`, () => {
    const { stdout } = looop(["config", name], { stdout: /__complete/ });
    const done = spawnSync(command, [...rest, "/dev/stdin"], { input: stdout, encoding: "utf8" });
    expect([done.status, done.stderr]).toEqual([0, ""]);
  });
}
