import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { claimant, withClaims } from "../app/session/claimant.ts";
import { takeClaim } from "../store/session/claims.ts";

export const command = defineCommand({
  args: {
    name: { type: "positional", required: true, description: "what is claimed" },
    session: { type: "string", description: "for which session (default: the one this runs in)", valueHint: "id" },
  },
  run: ({ args }) => runClaim(openApp(), args),
});

export const manual = {
  about: "A lease: one worker at a time. Exit 0 when it is yours, 5 when another holds it. A crashed holder loses it.",
  examples: [["looop claim issue-12", "in a worker, before any work on issue 12"]],
} as const;

export interface ClaimOptions {
  readonly name: string;
  readonly session?: string | undefined;
}

/** Takes the lease, or throws (exit 5) with the name of who holds it. */
export async function runClaim(app: App, { name, session }: ClaimOptions): Promise<void> {
  await withClaims(app, (edge, holder, store) => {
    const who = claimant(app, store, session, "claim");
    takeClaim(edge, name, who, holder);
    app.output.data(`claimed ${name} for ${who}`);
  });
}
