import { defineCommand } from "citty";
import { type WaitOptions, type WaitResult, waitForChange } from "../app/mailbox/wait-for-change.ts";
import { type App, openApp } from "../app/open.ts";
import { type SessionWait, type SessionWaited, waitForSession } from "../app/session/wait-for-session.ts";
import { parseDuration } from "../core/duration.ts";
import { EXIT, type ExitCode, LooopError } from "../core/error.ts";
import { jsonText } from "../core/json.ts";
import { quoted } from "../core/names.ts";
import { parseStamps, stampsText } from "../core/world/stamps.ts";

export const command = defineCommand({
  args: {
    id: { type: "positional", required: false, description: "wait for the end of this session instead" },
    idle: {
      type: "string",
      description: "with an id: or until it has printed nothing for this long",
      valueHint: "30s",
    },
    asks: { type: "boolean", description: "wait only for questions to you" },
    actionable: { type: "boolean", description: "wait only for the inbox and journal lines" },
    timeout: { type: "string", description: "give up after this long", valueHint: "30s" },
    since: {
      type: "string",
      description: "the stamp of the last `wait --json`: also report changes since then",
      valueHint: "stamp",
    },
    json: { type: "boolean", description: "print one JSON object, for scripts" },
  },
  run: ({ args: { id, idle, asks, actionable, timeout, since, json } }) => {
    const timeoutMs = timeout === undefined ? undefined : (parseDuration(timeout) ?? refuse("timeout", timeout));
    const idleMs = idle === undefined ? undefined : (parseDuration(idle) ?? refuse("pause", idle));
    const isAboutLoop = asks === true || actionable === true || since !== undefined;
    if (id === undefined ? idle !== undefined : isAboutLoop) refuseMix();
    if (id !== undefined) return runWaitForSession(openApp(), id, { idleMs, timeoutMs }, json === true);
    const wanted = asks === true ? "asks" : actionable === true ? "actionable" : "any";
    const stamps = since === undefined ? undefined : (parseStamps(since) ?? refuse("stamp", since));
    return runWait(openApp(), { wanted, since: stamps, timeoutMs }, json === true);
  },
});

export const manual = {
  about: [
    "Returns when something changed: a question, a flag, the rest of the inbox, the journal, PLAYBOOK.md, goals, or the signal",
    "of a reading; without --since at once when a question is open. Waiting costs nothing. Exit code 0 when something changed, 6 when the time ran out, 8 when the",
    "pulse does not run. With --since, no change between two calls is missed.",
    "With an id it waits for the end of that session, with --idle for a pause in its output too. Exit code 0 when it ended well",
    "or paused, 1 when it failed or was killed, 6 when the time ran out.",
  ].join("\n"),
  examples: [
    ["looop wait --asks && looop asks", "wait for a question, then list it"],
    ["looop wait fix-login --idle 30s", "wait until a worker has ended, or pauses"],
    ["looop wait --json --timeout 10m", '{"v":1,"why":"changed","changed":["journal"],"stamp":"..."}'],
  ],
} as const;

/** Waits for a change. Returns the exit code. */
export async function runWait(app: App, options: WaitOptions, json: boolean): Promise<ExitCode> {
  const woken = await waitForChange(app, options);
  app.output.data(json ? asJson(woken) : woken.why === "changed" ? woken.changed.join(" ") : woken.why);
  return { changed: EXIT.ok, timeout: EXIT.timeout, "pulse-down": EXIT.pulseDown }[woken.why];
}

/** Waits for the end of a session, or for a pause in its output. Returns the exit code. */
export async function runWaitForSession(app: App, id: string, wait: SessionWait, json: boolean): Promise<ExitCode> {
  const waited = await waitForSession(app, id, wait);
  app.output.data(json ? sessionJson(waited) : waited.why === "ended" ? waited.state : waited.why);
  if (waited.why === "timeout") return EXIT.timeout;
  return waited.why === "idle" || waited.isGood ? EXIT.ok : EXIT.failed;
}

function sessionJson({ why, id, state, exitCode }: SessionWaited): string {
  return jsonText({ v: 1, why, session: id, state, exit_code: exitCode });
}

function refuseMix(): never {
  throw new LooopError({
    message: "Cannot wait: --idle is for one session; --asks, --actionable and --since are for the loop",
    hint: "Use `looop wait <id> --idle 30s`, or leave the id out",
    exit: EXIT.usage,
  });
}

function asJson({ why, changed, stamps }: WaitResult): string {
  return jsonText({ v: 1, why, changed, stamp: stampsText(stamps) });
}

function refuse(what: "stamp" | "timeout" | "pause", text: string): never {
  throw new LooopError({
    message: `Cannot wait: the ${what} ${quoted(text)} is not valid`,
    hint: what === "stamp" ? "Take it from what `looop wait --json` printed last" : "Use seconds, or 90s, 30m, 2h",
    exit: EXIT.usage,
  });
}
