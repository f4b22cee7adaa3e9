import { join } from "node:path";
import * as v from "valibot";
import { parseJson } from "../../core/json.ts";
import type { Files } from "../../sys/sys.ts";
import { idOf, type Paths } from "../paths.ts";

/**
 * What says whether a worker did what it should: `verify/<id>.json`, a command declared with the worker, run once after
 * it ended. It belongs to one life of the id.
 */

const VerifyFile = v.object({
  v: v.literal(1),
  cmd: v.string(),
  key: v.nullable(v.string()),
  verdict: v.optional(v.object({ ok: v.boolean(), exit_code: v.nullable(v.number()), output: v.string() })),
});

export interface Verdict {
  readonly ok: boolean;
  /** Undefined when it died by a signal or ran out of time. */
  readonly exitCode: number | undefined;
  /** The end of what it printed. */
  readonly output: string;
}

export interface Verify {
  /** The worker's bare id. */
  readonly id: string;
  readonly cmd: string;
  /** Names the life of the id that it is about; undefined while that has not begun. */
  readonly key: string | undefined;
  readonly verdict: Verdict | undefined;
}

/** All that were declared, by worker. A damaged one says nothing. */
export function readVerifies(files: Files, paths: Paths): Verify[] {
  return files.list(paths.verify).flatMap((name) => {
    const id = idOf(name, ".json");
    const parsed = v.safeParse(VerifyFile, parseJson(files.read(join(paths.verify, name)) ?? ""));
    if (id === undefined || !parsed.success) return [];
    const { cmd, key, verdict } = parsed.output;
    const said = verdict === undefined ? undefined : { ...verdict, exitCode: verdict.exit_code ?? undefined };
    return [{ id, cmd, key: key ?? undefined, verdict: said }];
  });
}

export function writeVerify(files: Files, paths: Paths, { id, cmd, key, verdict }: Verify): void {
  files.makeDir(paths.verify);
  const said =
    verdict === undefined
      ? {}
      : { verdict: { ok: verdict.ok, exit_code: verdict.exitCode ?? null, output: verdict.output } };
  files.write(join(paths.verify, `${id}.json`), `${JSON.stringify({ v: 1, cmd, key: key ?? null, ...said })}\n`);
}

export function removeVerify(files: Files, paths: Paths, id: string): void {
  files.remove(join(paths.verify, `${id}.json`));
}
