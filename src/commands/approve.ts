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
    "What a tainted beat or a worker wrote is in doubt: a clean beat is not shown its words. Read it, and approve it, and it",
    "speaks like your own. Editing it does the same. Without a name this lists what is in doubt. Only the person may approve.",
  ].join("\n"),
  examples: [
    ["looop approve", "what is in doubt"],
    ["looop approve goal:docs", "after reading it: `looop goal show docs`"],
  ],
} as const;

/** Lists what is in doubt, or takes the doubt from one text. Throws (exit 4) when there is none about it. */
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

/** `goal:docs` as the file that it means. Throws (exit 2) for what can be no such name. */
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
