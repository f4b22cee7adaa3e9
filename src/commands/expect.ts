import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { type ExpectIn, expectOutput } from "../app/session/expect-output.ts";
import { openSessions } from "../app/session/open-sessions.ts";
import { parseDuration } from "../core/duration.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { quoted } from "../core/names.ts";
import { plainLine } from "../core/text.ts";
import { shortId } from "../store/session/find-session.ts";
import { findSession } from "../store/session/sessions.ts";

export const command = defineCommand({
  args: {
    id: { type: "positional", required: true, description: "the session, short or full" },
    pattern: { type: "positional", required: true, description: "a regular expression (JavaScript's)" },
    timeout: { type: "string", description: "give up after this long (default: 30s)", valueHint: "30s" },
    "from-now": { type: "boolean", description: "only output from now on" },
    screen: { type: "boolean", description: "look at the screen instead of the output" },
  },
  run: ({ args }) =>
    runExpect(openApp(), args.id, args.pattern, {
      where: whereOf(args["from-now"] === true, args.screen === true),
      timeoutMs: durationOf(args.timeout ?? "30s"),
    }),
});

export const manual = {
  about: [
    "Waits until a session has printed a text that matches, and prints the line. `^` and `$` match at line ends. The output is",
    "read as `looop log` prints it; use --screen for a program that draws. Exit code 0 when it matched, 6 when the time ran out,",
    "1 when the session ended without a match.",
  ].join("\n"),
  examples: [
    ['looop expect fix-login "tests passed"', "wait for a line of its output"],
    ["looop expect fix-login '^\\$ $' --screen --timeout 5m", "wait until the screen shows a prompt"],
  ],
} as const;

export interface ExpectOptions {
  readonly where: ExpectIn;
  readonly timeoutMs: number;
}

/** Waits for a text in a session's output and prints its line. Throws (exit 1 or 6) when it does not come. */
export async function runExpect(app: App, id: string, pattern: string, options: ExpectOptions): Promise<void> {
  const session = findSession(await openSessions(app), id);
  const found = await expectOutput(app, session, patternOf(pattern), options.where, options.timeoutMs);
  if (typeof found === "object") return app.output.data(plainLine(found.line));
  const name = shortId(session.id);
  const isOver = found === "ended";
  throw new LooopError({
    message: `Cannot find ${quoted(pattern)} in ${name}: ${isOver ? "it ended without it" : "the time ran out"}`,
    hint: `See what it printed with \`looop log ${name} --tail 20\`, what it shows with \`looop screenshot ${name}\``,
    exit: isOver ? EXIT.failed : EXIT.timeout,
  });
}

function patternOf(text: string): RegExp {
  try {
    return new RegExp(text, "mu");
  } catch {
    throw usage(
      `the pattern ${quoted(text)} is not a regular expression`,
      "Put a \\ before each of ( ) [ ] { } . * + ?",
    );
  }
}

function durationOf(text: string): number {
  return parseDuration(text) ?? usageOf(text);
}

function usageOf(text: string): never {
  throw usage(`the timeout ${quoted(text)} is not valid`, "Use seconds, or 90s, 30m, 2h");
}

function whereOf(fromNow: boolean, screen: boolean): ExpectIn {
  if (fromNow && screen) throw usage("--from-now and --screen exclude each other", "Choose one of them");
  return screen ? "screen" : fromNow ? "from-now" : "log";
}

function usage(state: string, hint: string): LooopError {
  return new LooopError({ message: `Cannot wait for a text: ${state}`, hint, exit: EXIT.usage });
}
