import { defineCommand } from "citty";
import { agreedDigest, type Consent, DIGEST_OPTION, requireSame } from "../app/approve-shown.ts";
import { type Approvable, approvable, doubtfulNames } from "../app/doubtful.ts";
import { type App, openApp } from "../app/open.ts";
import { PERSON_OPTION, requirePerson } from "../app/person.ts";
import { appendPolicyEvent } from "../app/write-policy.ts";
import { plainLine } from "../core/text.ts";
import { withProvenanceLock } from "../store/policy/provenance.ts";

export const command = defineCommand({
  args: {
    text: {
      type: "positional",
      required: false,
      description: "goal:<id>, schedule:<name>, worker:<id>, playbook or journal",
    },
    ...DIGEST_OPTION,
    ...PERSON_OPTION,
  },
  run: ({ args }) =>
    runApprove(openApp(), args.text, { digest: args.digest, isSure: args["yes-i-am-the-person"] === true }),
});

export const manual = {
  about: [
    "Text that a tainted beat, a worker or an agent wrote is in doubt, and a clean beat does not see it. This shows such a text",
    "with hidden characters written out, and asks; after your yes it counts as your own. In a script, name what you have read by",
    "its digest; without one the error says which to name. Exit 1 when what stands there now is another text. Without a name,",
    "lists what is in doubt. Only the person may approve.",
  ].join("\n"),
  examples: [
    ["looop approve", "list unverified texts"],
    ["looop approve goal:docs", "show it, and approve it"],
  ],
} as const;

/** Lists unverified texts, or approves one. Throws (exit 4) when that one is not unverified. */
export async function runApprove(app: App, name: string | undefined, consent: Consent): Promise<void> {
  const { clock, files, output } = app;
  const deps = { files, clock, paths: app.paths(), sha256: await app.sha256(), locks: await app.locks() };
  if (name === undefined) {
    const names = doubtfulNames(deps);
    output.data(names.length === 0 ? "nothing is in doubt" : names.map(plainLine).join("\n"));
    return;
  }
  requirePerson(app, "approve a text", consent.isSure);
  const deed = (it: Approvable) => ({ name: `approve ${plainLine(name)}`, bytes: it.bytes });
  const agreed = await agreedDigest(app, deed(approvable(deps, name)), consent);
  const sha256 = await app.sha256();
  await withProvenanceLock(deps, () => {
    // Read again under the lock: another beat may have rewritten it since it was shown.
    const now = approvable(deps, name);
    requireSame(sha256, deed(now), agreed);
    now.vouch();
  });
  appendPolicyEvent(app, "approved", { text: name, sha256: agreed });
  output.data(`approved ${name}: the next beats read its words`);
}
