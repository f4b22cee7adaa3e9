import { join } from "node:path";
import * as v from "valibot";
import { parseJson } from "../../core/json.ts";
import type { Files } from "../../sys/sys.ts";
import { idOf, type Paths } from "../paths.ts";
import { verifyWorkFolder } from "./work-folders.ts";

/**
 * `verify/<id>.json`: a command that checks a worker's result, and its verdict. The move that starts the worker declares
 * the command; a beat runs it once after the worker ended. It belongs to one life of the session id.
 */

const VerifyFile = v.object({
  v: v.literal(1),
  cmd: v.string(),
  key: v.nullable(v.string()),
  named: v.optional(v.record(v.string(), v.string())),
  verdict: v.optional(v.object({ ok: v.boolean(), exit_code: v.nullable(v.number()), output: v.string() })),
});

export interface Verdict {
  readonly ok: boolean;
  /** Undefined after a signal or a timeout. */
  readonly exitCode: number | undefined;
  /** The end of its output. */
  readonly output: string;
}

export interface Verify {
  /** The worker's bare id. */
  readonly id: string;
  readonly cmd: string;
  /** The session key of that life; undefined until the worker has started. */
  readonly key: string | undefined;
  readonly verdict: Verdict | undefined;
  /** The files that the command names, by path, with the digests that the person approved. */
  readonly named?: Readonly<Record<string, string>> | undefined;
}

/** Reads all declared checks. Skips damaged files. */
export function readVerifies(files: Files, paths: Paths): Verify[] {
  return files.list(paths.verify).flatMap((name) => {
    const id = idOf(name, ".json");
    const parsed = v.safeParse(VerifyFile, parseJson(files.read(join(paths.verify, name)) ?? ""));
    if (id === undefined || !parsed.success) return [];
    const { cmd, key, named, verdict } = parsed.output;
    const parsedVerdict = verdict === undefined ? undefined : { ...verdict, exitCode: verdict.exit_code ?? undefined };
    return [{ id, cmd, key: key ?? undefined, verdict: parsedVerdict, ...(named === undefined ? {} : { named }) }];
  });
}

export function writeVerify(files: Files, paths: Paths, { id, cmd, key, verdict, named }: Verify): void {
  files.makeDir(paths.verify);
  const verdictField =
    verdict === undefined
      ? {}
      : { verdict: { ok: verdict.ok, exit_code: verdict.exitCode ?? null, output: verdict.output } };
  files.write(
    join(paths.verify, `${id}.json`),
    `${JSON.stringify({ v: 1, cmd, key: key ?? null, named, ...verdictField })}\n`,
  );
}

export function removeVerify(files: Files, paths: Paths, id: string): void {
  files.removeTree(verifyWorkFolder(paths, id));
  files.remove(join(paths.verify, `${id}.json`));
}
