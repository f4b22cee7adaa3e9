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
