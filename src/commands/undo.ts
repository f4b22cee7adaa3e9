import { defineCommand } from "citty";
import { type UndoResult, undo } from "../app/history/undo.ts";
import { type App, openApp } from "../app/open.ts";
import { EXIT } from "../core/error.ts";
import { jsonText } from "../core/json.ts";
import { plain, plainLine } from "../core/text.ts";

export const command = defineCommand({
  args: {
    beat: { type: "positional", required: false, description: "a run's id or a commit, from `looop history`" },
    json: { type: "boolean", description: "one JSON object, for scripts" },
  },
  run: ({ args }) => runUndo(openApp(), { beat: args.beat, json: args.json === true }),
});

export const manual = {
  about: [
    "Puts goals, sensors, schedules and PLAYBOOK.md back to before a beat: the newest one that changed them, or the one",
    "named, and then all that looop changed since. It is a change of its own, so it can be undone too.",
    "Your own later edits are never lost: what fits together is merged, anything else stays as you have it and is shown.",
    "What no file can take back (a shell command, a started worker) is refused by name. The journal keeps its lines.",
    "Exit codes: 0 undone, 1 some of it is left to you, 3 without git, 4 nothing to undo, 5 a beat is under way, 7 refused.",
  ].join("\n"),
  examples: [
    ["looop undo", "take the last change back"],
    ["looop undo tick-20260102-093000", "go back to before that beat"],
  ],
} as const;

export interface UndoOptions {
  readonly beat: string | undefined;
  readonly json: boolean;
}

export async function runUndo(app: App, { beat, json }: UndoOptions): Promise<number> {
  const undone = await undo(app, beat);
  app.output.data(json ? jsonText(asJson(undone), 2) : nonEmptyString(undone));
  return undone.conflicts.length + undone.beyond.length > 0 ? EXIT.failed : EXIT.ok;
}

/** Its fields are public: add, never rename. */
function asJson({ target, beats, done, conflicts, beyond }: UndoResult) {
  const name = (revision: UndoResult["target"]) => revision.beat ?? revision.commit;
  return { v: 1, target: name(target), beats: beats.map(name), done, conflicts, beyond };
}

function nonEmptyString({ target, beats, done, conflicts, beyond }: UndoResult): string {
  const more = beats.length > 1 ? `, and ${beats.length - 1} later` : "";
  const title = `${plainLine(target.beat ?? target.commit)}: ${plainLine(target.subject)}${more}`;
  return [
    done.length === 0 ? `nothing to put back of ${title}` : `undid ${title}`,
    ...done.map(({ path, how }) => `  ${plainLine(path)}: ${how}`),
    ...conflicts.flatMap(({ path, why, patch }) => [
      `  conflict ${plainLine(path)}: ${why}`,
      ...(patch === "" ? [] : ["  what would have put it back:", ...indented(patch)]),
    ]),
    ...beyond.map(({ name, what }) => `  not undone, ${name}: ${what}`),
  ].join("\n");
}

function indented(patch: string): string[] {
  return plain(patch)
    .trimEnd()
    .split("\n")
    .map((line) => `    ${line}`);
}
