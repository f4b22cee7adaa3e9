import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { claimant, withClaims } from "../app/session/claimant.ts";
import { releaseClaim } from "../store/session/claims.ts";

export const command = defineCommand({
  args: {
    name: { type: "positional", required: true, description: "the name that was claimed" },
    session: {
      type: "string",
      description: "the session that claimed it (default: the one this runs in)",
      valueHint: "id",
    },
  },
  run: ({ args }) => runUnclaim(openApp(), args.name, args.session),
});

export const manual = {
  examples: [["looop unclaim issue-12", "release it, in a worker, right before it ends"]],
} as const;

/** Releases the lease. Throws (exit 5) when another live session holds it. */
export async function runUnclaim(app: App, name: string, session: string | undefined): Promise<void> {
  await withClaims(app, (deps, holder, store) => {
    releaseClaim(deps, name, claimant(app, store, session, "unclaim"), holder);
    app.output.data(`unclaimed ${name}`);
  });
}
