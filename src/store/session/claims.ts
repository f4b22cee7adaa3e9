/**
 * `claims/<name>.json`: the lease that a session holds on a name. Workers take and release leases with `looop claim` and
 * `unclaim`; a beat releases those of sessions that are gone.
 */
import { join } from "node:path";
import { EXIT, LooopError } from "../../core/error.ts";
import { bareId } from "../../core/names.ts";
import { type Holder, isStale, parseClaim, renderClaim } from "../../core/session/claim.ts";
import { utf8 } from "../../core/text.ts";
import { utcSecond } from "../../core/time.ts";
import type { Document } from "../../core/world/world.ts";
import type { Clock, Files, Lock, Locks } from "../../sys/sys.ts";
import { idOf, type Paths } from "../paths.ts";
import { waitForLock } from "../wait-for-lock.ts";

/** The wait for the claims lock and how often it is polled, in milliseconds. */
const LOCK_TIMEOUT_MS = 5_000;
const LOCK_POLL_MS = 5;

const ENDING = ".json";

export interface ClaimsDeps {
  readonly files: Files;
  readonly clock: Clock;
  readonly paths: Paths;
}

/** Returns all claims, by name. */
export function readClaims({ files, paths }: Pick<ClaimsDeps, "files" | "paths">): Document[] {
  return files.list(paths.claims).flatMap((file) => {
    const id = idOf(file, ENDING);
    const path = join(paths.claims, file);
    const bytes = id !== undefined && files.stat(path)?.kind === "file" ? files.readBytes(path) : undefined;
    return id === undefined || bytes === undefined ? [] : [{ id, bytes }];
  });
}

/**
 * Takes the lease on `name` for `session`, also from a holder that is proven gone. Does nothing when the session has it
 * already. Throws (exit 5) with the holder's name when another session has it. The caller holds the claims lock.
 */
export function takeClaim(deps: ClaimsDeps, name: string, session: string, holder: (id: string) => Holder): void {
  const path = claimPath(deps.paths, name);
  deps.files.makeDir(deps.paths.claims);
  const found = deps.files.read(path);
  if (found !== undefined) {
    if (parseClaim(found)?.session === session) return;
    if (!isStale(found, ageMs(deps, path), holder)) throw alreadyClaimed(name, found);
    deps.files.remove(path);
  }
  const { clock, files } = deps;
  if (!files.create(path, renderClaim(name, session, utcSecond(clock.now()))))
    throw alreadyClaimed(name, files.read(path) ?? "");
}

/** Releases the lease, if there is one. Throws (exit 5) when another live session holds it. */
export function releaseClaim(deps: ClaimsDeps, name: string, session: string, holder: (id: string) => Holder): void {
  const path = claimPath(deps.paths, name);
  const found = deps.files.read(path);
  if (found === undefined) return;
  if (parseClaim(found)?.session !== session && !isStale(found, ageMs(deps, path), holder))
    throw alreadyClaimed(name, found);
  deps.files.remove(path);
}

/** Releases the leases whose holder is proven gone, and returns each with its holder. The caller holds the claims lock. */
export function releaseStaleClaims(
  deps: ClaimsDeps,
  holder: (id: string) => Holder,
): { name: string; session: string }[] {
  return readClaims(deps).flatMap(({ id, bytes }) => {
    const path = join(deps.paths.claims, `${id}${ENDING}`);
    const text = utf8(bytes);
    if (!isStale(text, ageMs(deps, path), holder)) return [];
    deps.files.remove(path);
    return [{ name: id, session: parseClaim(text)?.session ?? "" }];
  });
}

/** Takes the claims lock, so that of two workers exactly one gets a lease. Throws (exit 6) when it stays taken. */
export async function lockClaims({ clock, files, paths }: ClaimsDeps, locks: Locks): Promise<Lock> {
  const path = join(paths.lockFolder, "claims");
  const lock = await waitForLock({ files, clock, locks }, path, { limitMs: LOCK_TIMEOUT_MS, everyMs: LOCK_POLL_MS });
  if (lock === undefined) throw lockTimeout(path);
  return lock;
}

function claimPath(paths: Paths, name: string): string {
  return join(paths.claims, `${bareId("claim", name)}${ENDING}`);
}

function ageMs({ files, clock }: ClaimsDeps, path: string): number {
  return clock.now() - (files.stat(path)?.mtimeMs ?? clock.now());
}

function alreadyClaimed(name: string, text: string): LooopError {
  const session = parseClaim(text)?.session;
  return new LooopError({
    message: `Cannot claim ${name}: ${session ? `${session} holds it` : "another session is just taking it"}`,
    hint: "Do something else; `looop ls` shows who works",
    exit: EXIT.busy,
  });
}

function lockTimeout(path: string): LooopError {
  return new LooopError({
    message: `Cannot change the claims: another process has held ${path} for ${LOCK_TIMEOUT_MS / 1_000} s`,
    hint: "Try again. If it stays so, end the process that holds the lock",
    exit: EXIT.timeout,
  });
}
