/**
 * The records that limit the loop's spending, one file each: the last failure (`.last-failure.json`), the decides of the
 * last hour (`.decides.json`), the decide under way (`.deciding.json`) and the last decide that did nothing
 * (`.last-noop.json`). Only a beat writes them. A damaged file never lets the loop spend more.
 */
import * as v from "valibot";
import { decidesWithinHour, type Failure } from "../../core/beat/backoff.ts";
import type { Noop } from "../../core/beat/noop.ts";
import { parseJson } from "../../core/json.ts";
import { LIMIT_KINDS } from "../../core/limit/limit-kind.ts";
import type { ProcessIdentity } from "../../core/process-identity.ts";
import type { Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";

/** The number of failures assumed when the record is damaged: the longest wait, because a guard must not fail open. */
const ASSUMED_FAILURES = 4;

const LimitFile = v.object({ runner: v.string(), end_ms: v.number(), kind: v.optional(v.picklist(LIMIT_KINDS)) });

type LimitRecord = v.InferOutput<typeof LimitFile>;

const FailureFile = v.object({
  v: v.literal(1),
  at_ms: v.number(),
  failures: v.pipe(v.number(), v.integer(), v.minValue(1)),
  run_id: v.string(),
  runner: v.optional(v.string()),
  error: v.string(),
  policy: v.string(),
  clean: v.optional(v.boolean()),
  limit: v.optional(LimitFile),
});

const DecidesFile = v.object({ v: v.literal(1), at_ms: v.array(v.unknown()) });

const NoopFile = v.object({ v: v.literal(1), at_ms: v.number(), hash: v.string() });

const DecidingFile = v.object({
  v: v.literal(1),
  run_id: v.string(),
  at_ms: v.number(),
  runner: v.optional(v.object({ pid: v.number(), startedAt: v.string(), bootId: v.string() })),
});

/** Returns the last failure; undefined when a decide has succeeded since. Only reads. */
export function readFailure(files: Files, paths: Paths): Failure | "damaged" | undefined {
  const text = files.read(paths.lastFailure);
  if (text === undefined) return undefined;
  const parsed = v.safeParse(FailureFile, parseJson(text));
  if (!parsed.success) return "damaged";
  const { at_ms, failures, run_id, runner, error, clean, limit, policy } = parsed.output;
  return {
    ...{ atMs: at_ms, failures, runId: run_id, error, policy },
    ...(runner === undefined ? {} : { runner }),
    ...(clean === true ? { clean } : {}),
    ...(limit === undefined ? {} : { limit: limitOf(limit) }),
  };
}

function limitOf({ runner, end_ms, kind }: LimitRecord): NonNullable<Failure["limit"]> {
  return { runner, endMs: end_ms, ...(kind === undefined ? {} : { kind }) };
}

/** Reads and writes the guards' files. */
export class Guards {
  readonly #files: Files;
  readonly #paths: Paths;

  constructor(files: Files, paths: Paths) {
    this.#files = files;
    this.#paths = paths;
  }

  /** Returns the last failure, or undefined. A damaged record is replaced by one of four failures, the last one now. */
  failure(policy: string, nowMs: number): Failure | undefined {
    const found = readFailure(this.#files, this.#paths);
    if (found !== "damaged") return found;
    const error = `the record ${this.#paths.lastFailure} was not readable`;
    const assumed = { atMs: nowMs, failures: ASSUMED_FAILURES, runId: "", error, policy };
    this.recordFailure(assumed);
    return assumed;
  }

  recordFailure({ atMs, failures, runId, runner, error, policy, clean, limit }: Failure): void {
    this.#put(this.#paths.lastFailure, {
      at_ms: atMs,
      failures,
      run_id: runId,
      runner,
      error,
      policy,
      ...(clean === true ? { clean } : {}),
      ...(limit === undefined ? {} : { limit: { runner: limit.runner, end_ms: limit.endMs, kind: limit.kind } }),
    });
  }

  clearFailure(): void {
    this.#files.remove(this.#paths.lastFailure);
  }

  /**
   * Returns when each decide of the last hour began. An entry that is not a time is replaced by one decide now, and a damaged
   * record by `cap` of them.
   */
  decides(cap: number, nowMs: number): number[] {
    const text = this.#files.read(this.#paths.decides);
    if (text === undefined) return [];
    const parsed = v.safeParse(DecidesFile, parseJson(text));
    const found: readonly unknown[] = parsed.success ? parsed.output.at_ms : Array.from({ length: cap });
    const times = found.map((it) => (typeof it === "number" ? it : nowMs));
    // Without this, each later beat would count it as a decide of its own time.
    if (found.some((it) => typeof it !== "number")) this.#put(this.#paths.decides, { at_ms: times });
    return decidesWithinHour(times, nowMs);
  }

  /** Counts a decide. Called before it starts, so that a kill or a failure in the middle is counted too. */
  recordDecide(cap: number, nowMs: number): void {
    this.#put(this.#paths.decides, { at_ms: [...this.decides(cap, nowMs), nowMs] });
  }

  /** Marks a decide as under way. After a crash in the middle, the next beat learns of it and of its runner. */
  begin(runId: string, nowMs: number, runner?: ProcessIdentity): void {
    this.#put(this.#paths.deciding, { run_id: runId, at_ms: nowMs, runner });
  }

  end(): void {
    this.#files.remove(this.#paths.deciding);
  }

  /** Returns the run that was under way when looop died, with its runner if known; undefined when none was. */
  interrupted(): { readonly runId: string; readonly runner: ProcessIdentity | undefined } | undefined {
    const text = this.#files.read(this.#paths.deciding);
    if (text === undefined) return undefined;
    const parsed = v.safeParse(DecidingFile, parseJson(text));
    if (!parsed.success) return { runId: "unknown", runner: undefined };
    return { runId: parsed.output.run_id, runner: parsed.output.runner };
  }

  /** Returns the last decide when it did nothing. A damaged record counts as missing, which spends nothing extra. */
  noop(): Noop | undefined {
    const parsed = v.safeParse(NoopFile, parseJson(this.#files.read(this.#paths.lastNoop) ?? ""));
    return parsed.success ? { hash: parsed.output.hash, atMs: parsed.output.at_ms } : undefined;
  }

  recordNoop(hash: string, nowMs: number): void {
    this.#put(this.#paths.lastNoop, { hash, at_ms: nowMs });
  }

  clearNoop(): void {
    this.#files.remove(this.#paths.lastNoop);
  }

  #put(path: string, fields: Record<string, unknown>): void {
    this.#files.write(path, `${JSON.stringify({ v: 1, ...fields })}\n`);
  }
}
