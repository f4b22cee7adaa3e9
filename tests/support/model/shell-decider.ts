/** Fake deciders: shell one-liners that stand in for a model CLI, so that a test sets exactly what is decided. */
import { shellQuote } from "../../../src/core/shell/quote.ts";
import type { Profile } from "../program/profile.ts";

/** Keeps the prompt as prompt.txt, counts its calls in calls.txt, and journals one line. None of the three is hashed. */
export const MOVE = 'cat > prompt.txt; echo call >> calls.txt; echo "- 2026-01-01 00:00 moved" >> journal.md';

/** Returns the command of {@linkcode MOVE} that then fails with this exit code. */
export function failing(code: number): string {
  return `${MOVE}; echo what went wrong >&2; exit ${code}`;
}

/** Returns the command of a typed decider that always answers with this move. */
export function saying(move: object): string {
  return `cat > /dev/null; echo ${shellQuote(JSON.stringify({ journal: "moved", ...move }))}`;
}

/** The move that does nothing. */
export const NOOP = saying({ action: "noop" });

/** Makes `tick` the runner, after more lines of TOML. The PLAYBOOK exists, so nothing is seeded. */
export function decidedBy(me: Profile, tick: string, settings = ""): Profile {
  if (me.read("PLAYBOOK.md") === undefined) me.write("PLAYBOOK.md", "Be quiet.\n");
  me.config(`default = "fake"\n${settings}\n[runners.fake]\ntick = ${JSON.stringify(tick)}\n`);
  return me;
}

/** Returns how often the decider was started. */
export function countCalls(me: Profile): number {
  return me.read("calls.txt")?.split("\n").filter(Boolean).length ?? 0;
}

/** Returns the prompt of the last call. */
export function prompt(me: Profile): string {
  return me.read("prompt.txt") ?? "";
}

/** Returns one section of the last prompt, without its header; undefined when it is absent. */
export function section(me: Profile, title: string): string | undefined {
  const [, after] = prompt(me).split(new RegExp(`^=== ${title}.* ===\n`, "m"));
  return after?.split(/\n\n=== /)[0];
}

export interface Event {
  readonly event: string;
  readonly [field: string]: unknown;
}

/** Returns the events of events.jsonl, oldest first. */
export function events(me: Profile): Event[] {
  const lines = me.read("events.jsonl")?.split("\n").filter(Boolean) ?? [];
  return lines.map((line) => JSON.parse(line) as Event);
}

/** Returns the names of the events, oldest first. */
export function eventNames(me: Profile): string[] {
  return events(me).map(({ event }) => event);
}
