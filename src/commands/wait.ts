import { defineCommand } from "citty";
import { type WaitOptions, type WaitResult, waitForChange } from "../app/mailbox/wait-for-change.ts";
import { type App, openApp } from "../app/open.ts";
import { parseDuration } from "../core/duration.ts";
import { EXIT, type ExitCode, LooopError } from "../core/error.ts";
import { jsonText } from "../core/json.ts";
import { quoted } from "../core/names.ts";
import { parseStamps, stampsText } from "../core/world/stamps.ts";

export const command = defineCommand({
  args: {
    asks: { type: "boolean", description: "wait only for questions to you" },
    actionable: { type: "boolean", description: "wait only for questions, flags and journal lines" },
    timeout: { type: "string", description: "give up after this long", valueHint: "30s" },
    since: {
      type: "string",
      description: "the stamp of the last `wait --json`: also report changes since then",
      valueHint: "stamp",
    },
    json: { type: "boolean", description: "print one JSON object, for scripts" },
  },
  run: ({ args: { asks, actionable, timeout, since, json } }) => {
    const wanted = asks === true ? "asks" : actionable === true ? "actionable" : "any";
    const stamps = since === undefined ? undefined : (parseStamps(since) ?? refuse("stamp", since));
    const timeoutMs = timeout === undefined ? undefined : (parseDuration(timeout) ?? refuse("timeout", timeout));
    return runWait(openApp(), { wanted, since: stamps, timeoutMs }, json === true);
  },
});

export const manual = {
  about: [
    "Returns when something changed: a question, a flag, the journal, PLAYBOOK.md, goals, or the signal of a reading; at once",
    "when a question is open. Waiting costs nothing. Exit code 0 when something changed, 6 when the time ran out, 8 when the",
    "pulse does not run. With --since, no change between two calls is missed.",
  ].join("\n"),
  examples: [
    ["looop wait --asks && looop asks", "wait for a question, then list it"],
    ["looop wait --json --timeout 10m", '{"v":1,"why":"changed","changed":["journal"],"stamp":"..."}'],
  ],
} as const;

/** Waits for a change. Returns the exit code. */
export async function runWait(app: App, options: WaitOptions, json: boolean): Promise<ExitCode> {
  const woken = await waitForChange(app, options);
  app.output.data(json ? asJson(woken) : woken.why === "changed" ? woken.changed.join(" ") : woken.why);
  return { changed: EXIT.ok, timeout: EXIT.timeout, "pulse-down": EXIT.pulseDown }[woken.why];
}

function asJson({ why, changed, stamps }: WaitResult): string {
  return jsonText({ v: 1, why, changed, stamp: stampsText(stamps) });
}

function refuse(what: "stamp" | "timeout", text: string): never {
  throw new LooopError({
    message: `Cannot wait: the ${what} ${quoted(text)} is not valid`,
    hint: what === "stamp" ? "Take it from what `looop wait --json` printed last" : "Use seconds, or 90s, 30m, 2h",
    exit: EXIT.usage,
  });
}
