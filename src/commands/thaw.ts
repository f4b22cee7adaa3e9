import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { PERSON_OPTION, requirePerson } from "../app/person.ts";
import { thawEverything, thawWorker } from "../app/session/freeze-workers.ts";
import { requireUsd } from "../core/money/call.ts";
import { shortId } from "../store/session/find-session.ts";
import { checkTarget } from "./freeze.ts";

export const command = defineCommand({
  args: {
    id: { type: "positional", required: false, description: "the worker, short or full" },
    all: { type: "boolean", description: "continue what freeze --all stopped, and end holds on spending" },
    budget: { type: "string", description: "the worker's cap in all", valueHint: "usd" },
    ...PERSON_OPTION,
  },
  run: ({ args }) => runThaw(openApp(), args.id, args.all === true, args.budget, args["yes-i-am-the-person"] === true),
});

export const manual = {
  about: [
    "Continues a frozen worker. One that passed its cap may spend that much once more; --budget sets the cap in all.",
    "With --all the loop decides and starts workers again, and continues those that --all had stopped. It also ends other",
    "holds on spending, such as after a clock was set forward. Only the person may thaw.",
  ].join("\n"),
  examples: [
    ["looop thaw fix-login --budget 8", "continue it, up to 8 USD in all"],
    ["looop thaw --all", "continue everything"],
  ],
} as const;

export async function runThaw(
  app: App,
  id: string | undefined,
  all: boolean,
  budget: string | undefined,
  isSure: boolean,
): Promise<void> {
  checkTarget("thaw", id, all);
  requirePerson(app, "thaw", isSure);
  if (id !== undefined) {
    const capUsd = budget === undefined ? undefined : requireUsd("budget", budget);
    return app.output.data(`thawed ${await thawWorker(app, id, capUsd)}`);
  }
  const { resumed, kept } = await thawEverything(app);
  app.output.data(resumed.length === 0 ? "thawed everything" : `thawed everything: ${resumed.join(", ")}`);
  for (const session of kept) await app.output.say(`Still frozen: ${session}; looop thaw ${shortId(session)}`);
}
