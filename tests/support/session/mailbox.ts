/** The mailbox in tests: open asks, and answers by the person. */
import { ANYTHING, looop } from "../program/looop.ts";
import type { Profile } from "../program/profile.ts";
import { waitFor } from "../program/wait-for.ts";

export const ME = "--yes-i-am-the-person";

export interface AskRow {
  readonly id: string;
  readonly worker: string | null;
  readonly prompt: string;
  readonly severity: string;
  readonly state: string;
  readonly answer: string | null;
  readonly parked: string | null;
}

/** Returns the rows of `asks --json`. */
export function asks(me: Profile): AskRow[] {
  const { stdout } = looop(["asks", "--json"], { profile: me, stdout: ANYTHING });
  return (JSON.parse(stdout) as { asks: AskRow[] }).asks;
}

/** Waits for an open ask, and returns the first. */
export function pendingAsk(me: Profile): Promise<AskRow> {
  return waitFor("an ask", () => asks(me).find(({ state }) => state !== "answered"));
}

/** Answers an ask as the person. */
export function answer(me: Profile, id: string, text: string): void {
  looop(["answer", id, text, ME], { profile: me, stdout: /^answered / });
}

/** Trusts a sensor as the person, who read it: by the digest that the refusal names. */
export function trustSensor(me: Profile, name: string): string {
  return agree(me, ["sensor", "trust", name], /^trusted /);
}

/** Approves a text as the person, who read it. */
export function approve(me: Profile, name: string): string {
  return agree(me, ["approve", name], /^approved /);
}

/** Runs a verb that approves, with the digest that it names. Returns what it prints. */
function agree(me: Profile, words: readonly string[], stdout: RegExp): string {
  const { stderr } = looop([...words, ME], { profile: me, exit: 2, stderr: /add --digest [0-9a-f]{12}$/m });
  const digest = /--digest ([0-9a-f]{12})/.exec(stderr)?.[1] ?? "";
  return looop([...words, "--digest", digest, ME], { profile: me, stdout }).stdout;
}
