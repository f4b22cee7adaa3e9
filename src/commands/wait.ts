import { defineCommand } from "citty";
import { type WaitResult, waitForChange } from "../app/mailbox/wait-for-change.ts";
import { type App, openApp } from "../app/open.ts";
import { parseDuration } from "../core/duration.ts";
import { EXIT, type ExitCode, LooopError } from "../core/error.ts";
import { jsonText } from "../core/json.ts";
import { quoted } from "../core/names.ts";
import { parseStamps, stampsText, type Wanted } from "../core/world/stamps.ts";

export const command = defineCommand({
  args: {
    asks: { type: "boolean", description: "only questions to you count" },
    actionable: { type: "boolean", description: "only questions, flags and journal lines count" },
    timeout: { type: "string", description: "give up after this long", valueHint: "30s" },
    since: {
      type: "string",
      description: "the stamp of the last `wait --json`: what changed since counts",
      valueHint: "stamp",
    },
    json: { type: "boolean", description: "one JSON object, for scripts" },
  },
  run: ({ args }) => {
    const { asks = false, actionable = false, json = false, timeout, since } = args;
    return runWait(openApp(), { asks, actionable, json, timeout, since });
  },
});

export const manual = {
  about: [
    "Returns when something changed: a question, a flag, the journal, PLAYBOOK.md, goals, or what a reading signals. At once",
    "when a question waits. It costs nothing while it waits. Exit code 0 when something changed, 6 when the time was over, 8",
    "when the pulse does not run. With --since nothing between two calls is missed.",
  ].join("\n"),
  examples: [
    ["looop wait --asks && looop asks", "until somebody asks you"],
    ["looop wait --json --timeout 10m", '{"v":1,"why":"changed","changed":["journal"],"stamp":"..."}'],
  ],
} as const;

export interface WaitOptions {
  readonly asks: boolean;
  readonly actionable: boolean;
  readonly json: boolean;
  readonly timeout: string | undefined;
  readonly since: string | undefined;
}

/** Waits for a change and returns the exit code. */
export async function runWait(app: App, options: WaitOptions): Promise<ExitCode> {
  const wanted: Wanted = options.asks ? "asks" : options.actionable ? "actionable" : "any";
  const since =
    options.since === undefined ? undefined : (parseStamps(options.since) ?? refuse("stamp", options.since));
  const timeoutMs =
    options.timeout === undefined ? undefined : (parseDuration(options.timeout) ?? refuse("timeout", options.timeout));
  const woken = await waitForChange(app, { wanted, since, timeoutMs });
  app.output.data(options.json ? json(woken) : woken.why === "changed" ? woken.changed.join(" ") : woken.why);
  return { changed: EXIT.ok, timeout: EXIT.timeout, "pulse-down": EXIT.pulseDown }[woken.why];
}

function json({ why, changed, stamps }: WaitResult): string {
  return jsonText({ v: 1, why, changed, stamp: stampsText(stamps) });
}

function refuse(what: "stamp" | "timeout", text: string): never {
  throw new LooopError({
    message: `Cannot wait: the ${what} ${quoted(text)} is none`,
    hint: what === "stamp" ? "Take it from what `looop wait --json` printed last" : "Use seconds, or 90s, 30m, 2h",
    exit: EXIT.usage,
  });
}
