import { setting } from "../../core/env.ts";
import { EXIT, LooopError } from "../../core/error.ts";
import { requireNotReserved } from "../../core/names.ts";
import type { Holder } from "../../core/session/claim.ts";
import { holderOf } from "../../store/session/claim-holder.ts";
import { type ClaimsDeps, lockClaims } from "../../store/session/claims.ts";
import { findSessionId } from "../../store/session/find-session.ts";
import type { SessionStore } from "../../store/session/session-paths.ts";
import type { App } from "../open.ts";
import { openSessions } from "./open-sessions.ts";

/** Runs `change` under the claims lock. */
export async function withClaims(
  app: App,
  change: (deps: ClaimsDeps, holder: (session: string) => Holder, store: SessionStore) => void,
): Promise<void> {
  const { files, clock } = app;
  const deps = { files, clock, paths: app.paths() };
  const store = await openSessions(app);
  using _lock = await lockClaims(deps, await app.locks());
  change(deps, (session) => holderOf(store, session), store);
}

/** Returns the session that a claim is for; see {@linkcode namedSession}. */
export function claimant(app: App, store: SessionStore, named: string | undefined, verb: "claim" | "unclaim"): string {
  return namedSession(app, store, named, [verb, "--session <id>"]);
}

/** Returns the named session, else the one this process runs in. Throws (exit 2) when there is neither. */
export function namedSession(
  app: App,
  store: SessionStore,
  named: string | undefined,
  [verb, option]: readonly [verb: string, option: string],
): string {
  const id = named ?? setting(app.env, "LOOOP_SESSION_ID");
  if (id !== undefined) {
    const session = findSessionId(store, id);
    requireNotReserved(verb, session);
    return session;
  }
  throw new LooopError({
    message: `Cannot ${verb}: this does not run in a worker, and no session is named`,
    hint: `Name the worker with ${option}`,
    exit: EXIT.usage,
  });
}
