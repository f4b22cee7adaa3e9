import { isPersons, YES_NO } from "../../core/mailbox/approval.ts";
import { LOOOP } from "../../core/mailbox/ask.ts";
import { GRANT } from "../../core/money/budget.ts";
import type { Sha256 } from "../../sys/sys.ts";
import { type AsksDeps, archiveAsk, createAsk, readAsks, voidAnswer } from "../mailbox/asks.ts";
import { readAllowance, writeAllowance } from "./allowance.ts";

/** The unknown spend that an ask is about. Each yes grants a number of calls of one runner on one day. */
export interface UnknownSpend {
  readonly runner: string;
  /** Calls so far. */
  readonly calls: number;
  /** The local date. */
  readonly day: string;
}

/** Asks the person for a grant, once, and returns the ask's id. */
export function askForGrant(deps: AsksDeps, { runner, calls, day }: UnknownSpend): string {
  const open = readAsks(deps).pending.find(({ grant }) => grant?.runner === runner && grant.day === day);
  if (open !== undefined) return open.id;
  const prompt =
    `May ${runner} make up to ${GRANT} more calls today, although their cost is unknown?\n` +
    `${calls} so far; the caps of [budget] cannot count them. Without a yes it waits for tomorrow.\n` +
    `If ${runner} is free, write cost = 0 under [runners.${runner}] in the config; unknown = "allow" under [budget] asks about no runner.`;
  const draft = { kind: "grant", from: LOOOP, prompt, options: YES_NO, severity: "soon" } as const;
  return createAsk(deps, { ...draft, grant: { runner, calls: GRANT, day } }).id;
}

/** Carries out the person's answers, and archives the asks of other days than `date`. */
export function settleGrants(deps: AsksDeps & { readonly sha256: Sha256 }, date: string): void {
  const { files, paths, sha256 } = deps;
  const { answered, pending } = readAsks(deps);
  const all = [...pending.map((ask) => ({ ask, answer: undefined })), ...answered];
  for (const { ask, answer } of all) {
    if (ask.grant === undefined || (answer === undefined && ask.grant.day === date)) continue;
    if (answer === undefined || ask.grant.day !== date) {
      archiveAsk(deps, ask.id, "its day is over");
      continue;
    }
    if (!isPersons({ ask, answer }, sha256)) {
      voidAnswer(deps, ask.id);
      continue;
    }
    const { runner, calls, day } = ask.grant;
    const isYes = answer.text === "yes";
    const before = readAllowance(files, paths, day, runner);
    writeAllowance(files, paths, day, runner, {
      calls: (before?.calls ?? 0) + (isYes ? calls : 0),
      refused: !isYes,
    });
    archiveAsk(deps, ask.id, isYes ? `${runner} may make ${calls} more calls` : "the person said no");
  }
}
