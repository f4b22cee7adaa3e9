import { join } from "node:path";
import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { PERSON_OPTION, requirePerson } from "../app/person.ts";
import { appendPolicyEvent } from "../app/write-policy.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { bareId } from "../core/names.ts";
import { plainLine } from "../core/text.ts";
import { approveJournal, approvePath, readUnverified, withProvenanceLock } from "../store/policy/provenance.ts";

export const command = defineCommand({
  args: {
    text: { type: "positional", required: false, description: "goal:<id>, schedule:<name>, playbook or journal" },
    ...PERSON_OPTION,
  },
  run: ({ args }) => runApprove(openApp(), args.text, args["yes-i-am-the-person"] === true),
});

export const manual = {
  about: [
    "Text that a tainted beat or a worker wrote is unverified, and a clean beat does not see it. Read it, then approve it:",
    "from then on it counts as your own. Editing it has the same effect. Without a name, lists unverified texts. Only the",
    "person may approve.",
  ].join("\n"),
  examples: [
    ["looop approve", "list unverified texts"],
    ["looop approve goal:docs", "approve it, after reading it with `looop goal show docs`"],
  ],
} as const;

/** Lists unverified texts, or approves one. Throws (exit 4) when that one is not unverified. */
export async function runApprove(app: App, text: string | undefined, isSure: boolean): Promise<void> {
  const { clock, files, output } = app;
  const paths = app.paths();
  if (text === undefined) {
    const found = readUnverified(files, paths, await app.sha256());
    const names = [...found.paths.map(nameOf), ...(found.lines === 0 ? [] : [`journal (${found.lines} lines)`])];
    output.data(names.length === 0 ? "nothing is in doubt" : names.map(plainLine).join("\n"));
    return;
  }
  requirePerson(app, "approve a text", isSure);
  const path = text === "journal" ? undefined : pathOf(text);
  const sha256 = await app.sha256();
  const done = await withProvenanceLock({ files, clock, paths, locks: await app.locks() }, () =>
    path === undefined ? approveJournal(files, paths) : approvePath(files, paths, sha256, path),
  );
  if (!done) {
    const isGone = path !== undefined && files.stat(join(paths.data, path)) === undefined;
    throw new LooopError({
      message: `Cannot approve ${plainLine(text)}: ${isGone ? `there is no ${text.replace(":", " ")}` : "nothing of it is in doubt"}`,
      hint: "See what is with `looop approve`",
      exit: EXIT.notFound,
    });
  }
  appendPolicyEvent(app, "approved", { text });
  output.data(`approved ${text}: the next beats read its words`);
}

/** Returns the file of a name such as `goal:docs`. Throws (exit 2) for any other form. */
function pathOf(text: string): string {
  if (text === "playbook") return "PLAYBOOK.md";
  const [kind = "", id = ""] = text.split(":");
  if (kind === "goal") return `goals/${bareId("goal", id)}.md`;
  if (kind === "schedule") return `schedules/${bareId("schedule", id)}.json`;
  throw new LooopError({
    message: `Cannot approve ${plainLine(text)}: that names no text`,
    hint: "Use goal:<id>, schedule:<name>, playbook or journal",
    exit: EXIT.usage,
  });
}

function nameOf(path: string): string {
  const [, kind, id] = /^(goal|schedule|ask)s\/(.+?)(?:\.md|\.json)?$/.exec(path) ?? [];
  return kind === undefined ? (path === "PLAYBOOK.md" ? "playbook" : path) : `${kind}:${id}`;
}
