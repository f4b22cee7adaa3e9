import { spentBy } from "../../core/money/worker-spend.ts";
import { taskOf } from "../../core/session/contract.ts";
import type { Session } from "../../core/session/session.ts";
import type { SessionDetails } from "../../core/session/table.ts";
import { readWorkerSpend } from "../money/worker-spend.ts";
import { readTextPart } from "../read-text.ts";
import { pathsOf, type SessionStore } from "./session-paths.ts";

/** The part of a prompt that is read to find the task's first line, in bytes: the contract has 4 kB. */
const PROMPT_BYTES = 16_384;

/** Returns what the list of sessions shows of one beyond its record. A file that is missing or damaged leaves its part out. */
export function readDetails(store: SessionStore, { id, isAlive, isOurs, note, waiting }: Session): SessionDetails {
  if (!isOurs) return {};
  const paths = pathsOf(store, id);
  const prompt = readTextPart(store.files, paths.prompt, PROMPT_BYTES);
  const spend = readWorkerSpend(store.files, paths.spend);
  const isFlagged = isAlive && note !== undefined && waiting === undefined;
  return {
    task: prompt === undefined ? undefined : taskOf(prompt),
    runner: spend?.runner,
    costUsd: spend === undefined ? undefined : spentBy(spend),
    lastOutputMs: store.files.stat(paths.log)?.mtimeMs,
    flaggedMs: isFlagged ? store.files.stat(paths.note)?.mtimeMs : undefined,
  };
}
