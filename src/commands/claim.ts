import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { claimant, withClaims } from "../app/session/claimant.ts";
import { takeClaim } from "../store/session/claims.ts";

export const command = defineCommand({
  args: {
    name: { type: "positional", required: true, description: "the name to claim" },
    session: {
      type: "string",
      description: "the session that claims it (default: the one this runs in)",
      valueHint: "id",
    },
  },
  run: ({ args }) => runClaim(openApp(), args.name, args.session),
});

export const manual = {
  about:
    "Takes a lease, which one worker holds at a time. Exit 0 when it is yours, 5 when another holds it. It ends with its holder.",
  examples: [["looop claim issue-12", "claim issue 12, in a worker, before working on it"]],
} as const;

/** Takes the lease. Throws (exit 5) with the holder's name when another session has it. */
export async function runClaim(app: App, name: string, session: string | undefined): Promise<void> {
  await withClaims(app, (deps, holder, store) => {
    const who = claimant(app, store, session, "claim");
    takeClaim(deps, name, who, holder);
    app.output.data(`claimed ${name} for ${who}`);
  });
}
