/** A worker's command that cannot work is found before a paid beat needs it. */
import { expect, test } from "bun:test";
import { doctorReport } from "../../support/machine/doctor.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { profile } from "../../support/program/profile.ts";

const commands: [title: string, key: string, command: string, why: RegExp][] = [
  [
    "without its prompt",
    "interactive",
    "sleep 300",
    /its interactive command cannot work: it does not hold {{prompt_file}}/,
  ],
  [
    "that begins with 9X=1",
    "interactive",
    "9X=1 cat {{prompt_file}}",
    /it begins with "9X=1", and the name of a variable/,
  ],
  ["for a decide that begins with 9X=1", "decide", "9X=1 cat", /its decide command cannot work: it begins with "9X=1"/],
];

test.each(commands)(
  "a command %s is refused by up, tick and doctor before anything is asked",
  (_title, key, command, why) => {
    const me = profile();
    const others = { decide: "touch ~/asked", interactive: "cat {{prompt_file}}", [key]: command };
    const lines = Object.entries(others).map(([name, text]) => `${name} = ${JSON.stringify(text)}`);
    me.config(`default = "mine"\n[decide]\nmode = "typed"\n[runners.mine]\n${lines.join("\n")}\n`);

    for (const verb of ["up", "tick"]) looop([verb], { profile: me, exit: 3, stderr: why });

    expect(doctorReport(me).findings).toContainEqual(
      expect.objectContaining({ check: "runner", level: "problem", says: expect.stringMatching(why) }),
    );
    if (key === "interactive") looop(["start-session", "a", "x"], { profile: me, exit: 3, stderr: why });
  },
);

test("a worker's program that only this shell finds is named by doctor and up, with the cure", () => {
  const me = profile();
  me.command("my-agent", "exit 0");
  me.write("../home/.bash_profile", "PATH=/usr/bin:/bin\n");
  me.config(
    `default = "mine"\n[decide]\nmode = "typed"\n[runners.mine]\ndecide = "cat"\ninteractive = "my-agent {{prompt_file}}"\n`,
  );

  expect(doctorReport(me).findings).toContainEqual(
    expect.objectContaining({
      check: "runner",
      level: "problem",
      says: 'workers of mine cannot start: a login shell (bash -lc) finds no program "my-agent"',
      hint: "Put its folder on PATH in ~/.profile, or write its whole path into the config",
    }),
  );

  looop(["up"], { profile: me, stdout: /^started the pulse/, stderr: /finds no program "my-agent"\n {2}hint: / });
  looop(["down"], { profile: me, stdout: ANYTHING });
});

test("a runner without a command for workers decides, and doctor says that it starts none", () => {
  const me = profile();
  me.config(`default = "mine"\n[decide]\nmode = "typed"\n[runners.mine]\ndecide = "cat"\n`);

  expect(doctorReport(me).findings).toContainEqual(
    expect.objectContaining({
      check: "runner",
      level: "ok",
      says: expect.stringMatching(/; it starts no workers, for/),
    }),
  );
});
