import { defineCommand } from "citty";
import { requireHistory } from "../app/history/require-history.ts";
import { type App, openApp } from "../app/open.ts";
import { shortDuration } from "../core/duration.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { isOurs, type Revision } from "../core/history/revision.ts";
import { jsonText } from "../core/json.ts";
import { quoted } from "../core/names.ts";
import { plainLine } from "../core/text.ts";
import { utcSecond } from "../core/time.ts";
import { readRevisions } from "../store/history/revisions.ts";

export const command = defineCommand({
  args: {
    json: { type: "boolean", description: "print one JSON object, for scripts" },
    limit: { type: "string", description: "how many changes, newest first", default: "30" },
  },
  run: ({ args }) => runHistory(openApp(), limitOf(args.limit), args.json === true),
});

export const manual = {
  about: [
    "Lists changes of PLAYBOOK.md, goals/, sensors/, schedules/ and journal.md: a line for each beat that changed them, and",
    "for what a person changed in between. They are kept in .memory.git in the data folder, apart from your own",
    "repositories. Exits 3 without git.",
  ].join("\n"),
  examples: [
    ["looop history", "list the last 30 changes, newest first"],
    ["looop history --json --limit 1", "print the newest change, for a script"],
  ],
} as const;

export async function runHistory(app: App, limit: number, json: boolean): Promise<void> {
  const revisions = await readRevisions(await requireHistory(app, "show the history"), limit);
  if (json) app.output.data(jsonText({ v: 1, changes: revisions.map(asJson) }, 2));
  else if (revisions.length === 0) await app.output.say("Nothing yet: the first beat that decides begins the history");
  else app.output.data(revisions.map((revision) => lineOf(revision, app.clock.now())).join("\n"));
}

/** Its fields are public: add, never rename. */
function asJson(revision: Revision) {
  const { commit, atMs, kind, subject, beat, action, undid = [], touches } = revision;
  return {
    ...{ commit, at: utcSecond(atMs), by: isOurs(revision) ? "looop" : "person", kind, beat: beat ?? null },
    ...{ action: action ?? null, undid, subject },
    files: touches.map(({ path, was, now }) => ({
      path,
      change: was === undefined ? "added" : now === undefined ? "removed" : "changed",
    })),
  };
}

function lineOf(revision: Revision, nowMs: number): string {
  const name = revision.beat ?? revision.commit.slice(0, 10);
  const by = isOurs(revision) ? "looop" : "person";
  // The line begins with the time already.
  const subject = plainLine(revision.subject).replace(/^- \d{4}-\d\d-\d\d \d\d:\d\d /, "");
  return `${shortDuration(nowMs - revision.atMs).padStart(4)}  ${by.padEnd(6)}  ${plainLine(name).padEnd(20)}  ${subject}`;
}

function limitOf(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new LooopError({
    message: `Cannot read the command line: --limit is ${quoted(text)}`,
    hint: "Use a whole number from 1 to 99999",
    exit: EXIT.usage,
  });
}
