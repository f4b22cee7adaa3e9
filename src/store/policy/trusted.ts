import { isRecord, parseJson } from "../../core/json.ts";
import type { Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";

/** A sensor script that the person trusts: these very bytes. */
export interface Trusted {
  /** The file in sensors/ that was looked at. Only for people: the digest decides. */
  readonly file: string;
  readonly sha256: string;
  /** RFC 3339 UTC. */
  readonly ts: string;
  readonly by: "person" | "seed";
}

const SHA256 = /^[0-9a-f]{64}$/;

/** Everything in trusted.json. A file that cannot be understood trusts nothing: a guard must not fail open. */
export function trustedScripts(files: Files, paths: Paths): Trusted[] {
  const value = parseJson(files.read(paths.trusted) ?? "");
  const all = isRecord(value) && value["v"] === 1 ? value["scripts"] : undefined;
  return Array.isArray(all) ? all.filter(isTrusted) : [];
}

/** The SHA-256 of every sensor script that the person trusts. */
export function readTrusted(files: Files, paths: Paths): ReadonlySet<string> {
  return new Set(trustedScripts(files, paths).map(({ sha256 }) => sha256));
}

/** Trusts a script, in place of what was trusted for its file before. */
export function trust(files: Files, paths: Paths, script: Trusted): void {
  write(files, paths, [...trustedScripts(files, paths).filter(({ file }) => file !== script.file), script]);
}

/** Trusts nothing of `file` any more, nor these bytes under another name; false when that was so already. */
export function untrust(files: Files, paths: Paths, file: string, sha256: string | undefined): boolean {
  const all = trustedScripts(files, paths);
  const left = all.filter((it) => it.file !== file && it.sha256 !== sha256);
  if (left.length < all.length) write(files, paths, left);
  return left.length < all.length;
}

function write(files: Files, paths: Paths, scripts: readonly Trusted[]): void {
  files.write(paths.trusted, `${JSON.stringify({ v: 1, scripts }, undefined, 2)}\n`);
}

function isTrusted(value: unknown): value is Trusted {
  return (
    isRecord(value) &&
    typeof value["file"] === "string" &&
    typeof value["sha256"] === "string" &&
    SHA256.test(value["sha256"]) &&
    typeof value["ts"] === "string" &&
    (value["by"] === "person" || value["by"] === "seed")
  );
}
