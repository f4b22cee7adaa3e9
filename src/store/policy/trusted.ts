/**
 * `trusted.json`: the sensor scripts that the person trusts, each by its file name and its SHA-256 together. `looop sensor
 * trust` and `untrust` write it; the loop reads it to decide whether a reading taints a beat.
 */
import { isRecord, parseJson } from "../../core/json.ts";
import type { Maker } from "../../core/world/world.ts";
import type { Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";

/** A trusted sensor script: this file in sensors/ while it has exactly these bytes. */
export interface TrustedScript extends Maker {
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

/** The test for a trusted script. An unknown maker is not trusted. */
export type IsTrusted = (maker: Maker | undefined) => boolean;

/**
 * Reads the trusted scripts. The same bytes under another name are another script: a script may read the file that is
 * named like itself.
 */
export function readTrusted(files: Files, paths: Paths): IsTrusted {
  const pair = ({ file, sha256 }: Maker) => `${sha256} ${file}`;
  const pairs = new Set(trustedScripts(files, paths).map(pair));
  return (maker) => maker !== undefined && maker.sha256 !== "" && pairs.has(pair(maker));
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
