import { defineCommand } from "citty";
import { requireHistory } from "../app/history/require-history.ts";
import { type App, openApp } from "../app/open.ts";
import { type Colour, paint } from "../core/colour.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { isOurs } from "../core/history/revision.ts";
import { plain } from "../core/text.ts";
import { findRevision, patchOf, readRevisions } from "../store/history/revisions.ts";

export const command = defineCommand({
  args: {
    beat: { type: "positional", required: false, description: "a run's id or a commit, from `looop history`" },
  },
  run: ({ args }) => runDiff(openApp(), args.beat),
});

export const manual = {
  about:
    "Shows what a beat changed in PLAYBOOK.md, goals/, sensors/, schedules/ and journal.md: the last beat, or the named one.",
  examples: [
    ["looop diff", "show what the last beat changed"],
    ["looop diff tick-20260102-093000", "show what that beat changed"],
  ],
} as const;

export async function runDiff(app: App, beat: string | undefined): Promise<void> {
  const memory = await requireHistory(app, "show a change");
  const revisions = await readRevisions(memory);
  const revision = beat === undefined ? revisions.find(isOurs) : findRevision(revisions, beat);
  if (revision === undefined) {
    throw new LooopError({
      message: "Cannot show a change: no beat has changed anything yet",
      hint: "`looop history` lists what is known",
      exit: EXIT.notFound,
    });
  }
  const { colour } = app.output;
  const lines = plain(await patchOf(memory, revision))
    .trimEnd()
    .split("\n");
  app.output.data(lines.map((line) => painted(line, colour)).join("\n"));
}

const COLOURS: readonly (readonly [start: RegExp, colour: Colour])[] = [
  [/^(diff|index|---|\+\+\+|new file|deleted file|old mode|new mode)/, "bold"],
  [/^@@/, "cyan"],
  [/^\+/, "green"],
  [/^-/, "red"],
];

function painted(line: string, colour: boolean): string {
  const tint = colour ? COLOURS.find(([start]) => start.test(line))?.[1] : undefined;
  return tint === undefined ? line : paint(true, tint, line);
}
