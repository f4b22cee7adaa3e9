/** Text from outside does nothing to the terminal that shows it: not by any verb, on neither stream, not as JSON. */
import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decidedBy, MOVE } from "../../support/model/shell-decider.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { PROGRAM } from "../../support/program/program.ts";
import { run } from "../../support/program/run.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { writeRecord } from "../../support/session/foreign-sessions.ts";
import { attach, sessionRaw } from "../../support/session/raw-session.ts";
import { fleetProfile, worker } from "../../support/session/workers.ts";

/** Title, clipboard, clear, colour by C1, a question, a device string, DEL, a turned line, and a mark to find it by. */
const EVIL =
  "\x1b]0;pwned\x07\x1b]52;c;cHduZWQ=\x07\x1b[2J\u009b31m\x1b[6n\x1bP$qm\x1b\\\x7f\u202eMARK\u009d8;;x\u009c\r\b";

/** Bytes that a terminal acts on, and those that turn text around. */
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;

/** A profile in which everything that somebody else may have written speaks to the terminal. */
function poisoned(): Profile {
  const me = decidedBy(fleetProfile(), `${MOVE}; printf '%s' "$EVIL"; printf '%s' "$EVIL" >&2`);
  me.write("PLAYBOOK.md", `be quiet ${EVIL}\n`);
  me.goal("garden", `${EVIL}\n`);
  me.write(`goals/${EVIL.replaceAll("/", "")}.md`, "x\n");
  me.sensor("s.sh", `printf '{"signal":"%s"}' "$EVIL"; printf '%s' "$EVIL" >&2; exit 3`);
  me.sensor("t.sh", `printf '%s' "$EVIL"`);
  me.sensor(EVIL.replaceAll("/", ""), "echo 1");
  me.write("attention.md", `${EVIL}\n`);
  me.write("journal.md", `- 2026-01-01 00:00 ${EVIL}\n`);
  me.write(
    "cost.jsonl",
    `${JSON.stringify({ ts: new Date().toISOString(), kind: EVIL, id: EVIL, runner: EVIL, cost_usd: 1 })}\n`,
  );
  const ask = { v: 1, from: EVIL, prompt: EVIL, options: [EVIL], severity: "soon", ts: new Date().toISOString() };
  me.write("asks/k7m2q.json", JSON.stringify(ask));
  me.write(`asks/${EVIL.replaceAll("/", "")}.json`, JSON.stringify(ask));
  me.write("claims/c.json", JSON.stringify({ v: 1, session: EVIL, name: EVIL, ts: EVIL }));
  me.write("schedules/s.json", JSON.stringify({ v: 1, at: Math.floor(Date.now() / 1000) + 9, note: EVIL }));
  me.write(`schedules/${EVIL.replaceAll("/", "")}.json`, "{");
  me.write(
    "pulse.json",
    JSON.stringify({ v: 1, runner: EVIL, intervalS: 60, beat: { atMs: 1, kind: EVIL, reason: EVIL, runId: EVIL } }),
  );
  me.write(".last-failure.json", JSON.stringify({ at_ms: 1, failures: 1, run_id: EVIL, error: EVIL, policy: EVIL }));
  writeRecord(me, "theirs", { cmd: [EVIL], cwd: EVIL }, { state: "exited", exit_code: 0, reason: EVIL });
  writeRecord(
    me,
    "looop-w",
    { cmd: [EVIL], owner: "looop", cwd: EVIL },
    { state: "exited", exit_code: 1, reason: EVIL, ended_by: "exit" },
  );
  me.write("sessions/looop-w/output.log", `${EVIL}\nlast ${EVIL}`);
  me.write("sessions/looop-w/note", EVIL);
  me.write("sessions/looop-w/tells/000000000000001-000.json", JSON.stringify({ v: 1, msg: EVIL, ts: EVIL }));
  me.write(`sessions/looop-w/tells/${EVIL.replaceAll("/", "")}.json`, "{");
  mkdirSync(join(me.data, "sessions", EVIL.replaceAll("/", "")), { recursive: true });
  me.write("runs/tick-20260101-000000/beat.json", JSON.stringify({ v: 1, run_id: EVIL, kind: EVIL, error: EVIL }));
  me.write(`runs/${EVIL.replaceAll("/", "")}/beat.json`, "{");
  return me;
}

/** What was printed, with whatever a terminal would act on shown as an escape. */
function offences(me: Profile, args: readonly string[]): string[] {
  const { stdout, stderr } = run([...PROGRAM, ...args], { env: { ...me.env, EVIL }, cwd: me.home });
  return `${stdout}${stderr}`
    .split("\n")
    .filter((line) => CONTROL.test(line))
    .map((line) => JSON.stringify(line).replace(/[\x7f-\x9f\u202e]/g, (it) => `\\u${it.charCodeAt(0).toString(16)}`));
}

const verbs = [
  ...["status", "status --json", "ls", "ls --all", "ls --all --json", "asks", "asks --json", "cost", "cost --json"],
  ...["cost today", "state", "state --json", "goal list", "goal list --json", "sensor list", "sensor list --json"],
  ...["playbook list", "schedule list", "schedule list --json", "log w", "log w --tail 1", "screenshot w", "told w"],
  ...["prune --all --dry-run", "doctor", "doctor --json", "why", "why --json", "why tick-20260101-000000", "history"],
  ...["history --json", "diff", "replay", "claim c", "unclaim c", "unflag w", "kill w", "kill theirs", "attach w"],
  ...["approve", "undo", "wait --asks", "tick --dry-run", "tick", "goal show nowhere", "log theirs", "answer k7m2q x"],
];

describe("text from outside speaks to no terminal", () => {
  test.each(verbs)("`looop %s` prints no control character from outside text", (line) => {
    expect(offences(poisoned(), line.split(" "))).toEqual([]);
  });

  test("the second beat, which reports the first, prints no control character from outside text", () => {
    const me = poisoned();
    offences(me, ["tick"]);
    for (const line of ["tick", "why", "why --json", "history", "history --json", "diff", "status", "state --json"])
      expect([line, offences(me, line.split(" "))]).toEqual([line, []]);
  });

  const words: [title: string, args: string[]][] = [
    ["a command", [EVIL]],
    ["an option", ["status", `--${EVIL}`]],
    ["an option alone", [`--${EVIL}`]],
    ["an option's value", ["ls", "--watch", "--interval", EVIL]],
    ["an id", ["attach", EVIL]],
    ["an id of a goal", ["goal", "show", EVIL]],
    ["a verb of a group", ["goal", EVIL]],
    ["help of", ["help", EVIL]],
    ["a run", ["why", EVIL]],
    ["a folder", ["demo", EVIL]],
    ["a scope", ["cost", EVIL]],
    ["a runner", ["start-session", "w2", "x", EVIL]],
    ["a working folder", ["start-session", "w2", "x", "--command", "true", "--cwd", EVIL]],
    ["a reply", ["answer", EVIL, "x"]],
  ];
  test.each(words)("prints no control character of %s on the command line", (_title, args) => {
    const me = decidedBy(profile(), MOVE);
    expect(offences(me, args)).toEqual([]);
  });

  const configs: [title: string, toml: string][] = [
    ["an unknown key", `"${JSON.stringify(EVIL).slice(1, -1)}" = 1\n`],
    ["a wrong value", `interval = "${JSON.stringify(EVIL).slice(1, -1)}"\n`],
    ["a runner's name", `default = "${JSON.stringify(EVIL).slice(1, -1)}"\n`],
    ["bytes that are no TOML", `x = ${EVIL}\n`],
    ["a program", `default = "x"\n[runners.x]\ntick = "'${JSON.stringify(EVIL.replaceAll("\n", "")).slice(1, -1)}'"\n`],
  ];
  test.each(configs)("prints no control character of %s in the config", (_title, toml) => {
    const me = profile();
    me.write("PLAYBOOK.md", "x\n");
    me.config(toml.replaceAll(/\\u([0-9a-f]{4})/g, "\\u$1").replaceAll("\x7f", "\\u007f"));
    for (const line of ["tick", "status", "status --json", "doctor"]) expect(offences(me, line.split(" "))).toEqual([]);
  });

  test("prints no control character of the data folder's or the config's name", () => {
    const me = fleetProfile();
    const odd = join(me.home, EVIL.replaceAll("/", ""));
    mkdirSync(odd, { mode: 0o700 });
    writeFileSync(join(odd, "looop.toml"), "default = 1\n");
    const env = { ...me.env, LOOOP_DATA_DIR: odd, LOOOP_CONFIG: join(odd, "looop.toml") };
    for (const line of ["tick", "status", "doctor", "ls", "cost", "log x", "start-session w x", "history", "state"]) {
      const { stdout, stderr } = run([...PROGRAM, ...line.split(" ")], { env, cwd: me.home });
      expect([line, `${stdout}${stderr}`.split("\n").filter((it) => CONTROL.test(it))]).toEqual([line, []]);
    }
  });
});

describe("a replayed transcript", () => {
  test("a replayed transcript never makes the terminal answer, ring, or read or write the clipboard", async () => {
    const me = fleetProfile();
    const asking =
      "\\033[c\\033[>c\\033[6n\\033[5n\\033[?6n\\033]0;pwned\\007\\033]2;pwned\\007\\033[21t\\033[18t\\033]52;c;cHduZWQ=\\007\\033]52;c;?\\007\\033]10;?\\007\\033]11;?\\033\\\\\\033]4;1;?\\007\\033P$qm\\033\\\\\\033P+q544e\\033\\\\\\033[?1$p\\033Zvisible";
    const raw = await sessionRaw(me, ["sh", "-c", `printf '${asking}'; exec sleep 1000`]);
    await waitFor("its output", () => raw.log().toString().includes("visible"));

    const client = await attach(raw.sockets.far, 80, 24);
    await waitFor("the replay", () => client.output().includes("visible"));

    // What asks or copies is all in front of the word, so it has been left out by now or never will be.
    // A title is set, as the program wants it; what would make the terminal report it is not there.
    const shown = client
      .output()
      .toString("latin1")
      .replace(/\x1b\][02];pwned\x07/g, "");
    expect(shown.slice(0, shown.indexOf("visible"))).not.toMatch(
      /\x1b\[(?:[>?]?\d*c|\??\d*n|\d+t|\?\d+\$p)|\x1b\](?:4|10|11|52);|\x1bP|\x1bZ|\x07/,
    );
  });

  test("log and screenshot of a transcript contain no such sequence either", async () => {
    const me = fleetProfile();
    worker(me, "w", `printf '%s' "$EVIL"; echo visible; exec sleep 1000`, { EVIL });
    await waitFor("its output", () => (me.read("sessions/looop-w/output.log") ?? "").includes("visible"));
    for (const line of ["log w", "log w --tail 1", "screenshot w", "screenshot w --format json", "ls", "ls --json"])
      expect([line, offences(me, line.split(" "))]).toEqual([line, []]);
  });
});
