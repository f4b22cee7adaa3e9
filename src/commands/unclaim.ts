import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { claimant, withClaims } from "../app/session/claimant.ts";
import { releaseClaim } from "../store/session/claims.ts";
import type { ClaimOptions } from "./claim.ts";

export const command = defineCommand({
  args: {
    name: { type: "positional", required: true, description: "what was claimed" },
    session: { type: "string", description: "by which session (default: the one this runs in)", valueHint: "id" },
  },
  run: ({ args }) => runUnclaim(openApp(), args),
});

export const manual = { examples: [["looop unclaim issue-12", "in a worker, right before it ends"]] } as const;

/** Gives the lease back, or throws (exit 5) when a live other session holds it. */
export async function runUnclaim(app: App, { name, session }: ClaimOptions): Promise<void> {
  await withClaims(app, (edge, holder, store) => {
    releaseClaim(edge, name, claimant(app, store, session, "unclaim"), holder);
    app.output.data(`unclaimed ${name}`);
  });
}
