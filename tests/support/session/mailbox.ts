/** The mailbox in tests: what is asked, and the words by which a script says that it is the person's. */
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

/** What `asks --json` says. */
export function asks(me: Profile): AskRow[] {
  const { stdout } = looop(["asks", "--json"], { profile: me, stdout: ANYTHING });
  return (JSON.parse(stdout) as { asks: AskRow[] }).asks;
}

/** The first ask that waits, once there is one. */
export function pendingAsk(me: Profile): Promise<AskRow> {
  return waitFor("an ask", () => asks(me).find(({ state }) => state !== "answered"));
}

/** The person answers. */
export function answer(me: Profile, id: string, text: string): void {
  looop(["answer", id, text, ME], { profile: me, stdout: /^answered / });
}
