/**
 * `trusted.json`: the sensor scripts that the person trusts, by their SHA-256. `looop sensor trust` and `untrust` write
 * it; the loop reads it to decide whether a reading taints a beat.
 */
import { isRecord, parseJson } from "../../core/json.ts";
import type { Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";

/** A trusted sensor script: the exact bytes with this digest. */
export interface TrustedScript {
  /** Its file in sensors/ at that time. Only for display: the digest decides. */
  readonly file: string;
  readonly sha256: string;
  /** RFC 3339 UTC. */
  readonly ts: string;
  readonly by: "person" | "seed";
}

const SHA256 = /^[0-9a-f]{64}$/;

/** Reads the trusted scripts. A damaged file trusts nothing, because a guard must not fail open. */
function trustedScripts(files: Files, paths: Paths): TrustedScript[] {
  const value = parseJson(files.read(paths.trusted) ?? "");
  const all = isRecord(value) && value["v"] === 1 ? value["scripts"] : undefined;
  return Array.isArray(all) ? all.filter(isTrusted) : [];
}

/** Returns the SHA-256 of every trusted script. */
export function readTrusted(files: Files, paths: Paths): ReadonlySet<string> {
  return new Set(trustedScripts(files, paths).map(({ sha256 }) => sha256));
}

/** Trusts a script. It replaces the trusted script of the same file. */
export function trust(files: Files, paths: Paths, script: TrustedScript): void {
  write(files, paths, [...trustedScripts(files, paths).filter(({ file }) => file !== script.file), script]);
}

/** Ends the trust in `file`, and in these bytes under any other name. Returns false when neither was trusted. */
export function untrust(files: Files, paths: Paths, file: string, sha256: string | undefined): boolean {
  const all = trustedScripts(files, paths);
  const left = all.filter((it) => it.file !== file && it.sha256 !== sha256);
  if (left.length < all.length) write(files, paths, left);
  return left.length < all.length;
}

function write(files: Files, paths: Paths, scripts: readonly TrustedScript[]): void {
  files.write(paths.trusted, `${JSON.stringify({ v: 1, scripts }, undefined, 2)}\n`);
}

function isTrusted(value: unknown): value is TrustedScript {
  return (
    isRecord(value) &&
    typeof value["file"] === "string" &&
    typeof value["sha256"] === "string" &&
    SHA256.test(value["sha256"]) &&
    typeof value["ts"] === "string" &&
    (value["by"] === "person" || value["by"] === "seed")
  );
}
