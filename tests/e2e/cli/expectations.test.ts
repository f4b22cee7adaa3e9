/** Words that people type because another program, or their first guess, takes them: each is understood or answered by what to type. */
import { expect, test } from "bun:test";
import { lastRecord, runBeat, typedProfile } from "../../support/model/typed-model.ts";
import { ANYTHING, looop, start } from "../../support/program/looop.ts";
import { profile } from "../../support/program/profile.ts";
import { missing, testUnless } from "../../support/program/skip.ts";
import { answer, asks, pendingAsk } from "../../support/session/mailbox.ts";
import { LOOOP, pane } from "../../support/session/tmux.ts";

const refused: [line: string, hint: string][] = [
  ["list", "Use looop ls"],
  ["completion bash", "Use looop config bash, zsh or fish"],
  ["goal rm a", "Use looop goal archive <id>"],
  ["goal add a", "Use looop goal write <id> <text>"],
  ["goal edit a", "Use looop goal show <id> >file, edit it, and looop goal write <id> - <file"],
  ["sensor edit a", "Use looop sensor show <name> >file, edit it, and looop sensor write <name> - <file"],
  ["config set interval 5", "Use an editor on the config, which looop doctor names and checks"],
  ["config edit", "Use an editor on the config, which looop doctor names and checks"],
  ["cost plot --by goal", "Leave it out, or use --by without the word before it"],
  ["cost today --since 3d", "Leave it out, or use --since without the word before it"],
  ["schedule write x --in 1h --every 2h", "Write two schedules, with a name each, for both"],
  ["start-session tidy offline", 'Put the task before it: looop start-session tidy "the task" offline'],
];

test.each(refused)("looop %s says what to type", (line, hint) => {
  const me = profile();
  me.config('default = "offline"\n');
  const { stderr } = looop(line.split(" "), { profile: me, exit: 2, stderr: /^looop: Cannot / });
  expect(stderr).toContain(`hint: ${hint}\n`);
});

test("a text without quotes in the config is answered with the quotes", () => {
  const me = profile();
  me.config("interval = 5\ndefault = claude # mine\n");
  looop(["tick"], {
    profile: me,
    exit: 3,
    stderr: /line 2: [^\n]*\n {2}hint: Put the text in quotes: default = "claude"\n$/,
  });
});

testUnless(missing("git"))("undo of a beat that the history does not have names it, before any beat and after", () => {
  const me = typedProfile();
  const unknown = { profile: me, exit: 4, stderr: /Cannot find "nope" in the history/ } as const;
  looop(["undo", "nope"], unknown);
  runBeat(me, { action: "write_goal", id: "docs", body: "x" });
  looop(["undo", "nope"], unknown);
});

test("replay without a name takes the last beat that decided", () => {
  const me = typedProfile();
  runBeat(me);
  looop(["replay"], { profile: me, stdout: new RegExp(`^${lastRecord(me).run_id}, asked again`), stderr: ANYTHING });
});

test("a question takes y for yes, and names a command that a shell can run", async () => {
  const me = typedProfile();
  runBeat(me, { action: "run_shell", cmd: "date; date" });
  const { id } = await pendingAsk(me);
  looop(["asks"], { profile: me, stdout: new RegExp(`options: yes, no\n {4}→ .*looop answer ${id} yes\n$`) });
  answer(me, id, "Y");
  expect(asks(me)).toMatchObject([{ id, answer: "yes" }]);
});

testUnless(missing("tmux"))("told at the person's own terminal takes no message from the worker", async () => {
  const me = profile();
  me.config('default = "offline"\n');
  looop(["start-session", "w", "--command", "sleep 300"], { profile: me, stdout: ANYTHING });
  looop(["tell", "w", "use staging"], { profile: me, stdout: ANYTHING });
  const at = await pane(me);

  at.run(`${LOOOP} told w`);
  expect(await at.shows("They are still for w to read")).toContain("• use staging\n");

  looop(["told"], { profile: me, env: { LOOOP_SESSION_ID: "looop-w" }, stdout: "• use staging\n" });
  looop(["kill", "w"], { profile: me, stdout: ANYTHING });
});

test("ask adds up options that are given twice", async () => {
  const me = profile();
  looop(["start-session", "w", "--command", "sleep 300"], { profile: me, stdout: ANYTHING });
  start(["ask", "w", "--prompt", "Which?", "--options", "a", "--options=b,c"], { profile: me });
  await pendingAsk(me);
  looop(["asks"], { profile: me, stdout: /options: a, b, c\n/ });
  looop(["kill", "w"], { profile: me, stdout: ANYTHING });
});

test("service install that fails leaves no file", () => {
  const me = profile();
  me.command("systemctl", "exit 1");
  looop(["service", "install"], { profile: me, exit: 1, stderr: /daemon-reload` failed/ });
  looop(["service", "status"], { profile: me, stdout: /^not installed/ });
});
