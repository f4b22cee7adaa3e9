import { defineCommand } from "citty";
import { type UndoResult, undo } from "../app/history/undo.ts";
import { type App, openApp } from "../app/open.ts";
import { EXIT } from "../core/error.ts";
import { jsonText } from "../core/json.ts";
import { plain, plainLine } from "../core/text.ts";

export const command = defineCommand({
  args: {
    beat: { type: "positional", required: false, description: "a run's id or a commit, from `looop history`" },
    json: { type: "boolean", description: "print one JSON object, for scripts" },
  },
  run: ({ args }) => runUndo(openApp(), args.beat, args.json === true),
});

export const manual = {
  about: [
    "Reverts goals, sensors, schedules and PLAYBOOK.md to before a beat: the newest one that changed them, or the named one",
    "with all that looop changed since. The undo is a change too, so it can be undone.",
    "Your own later edits are never lost: it merges what it can, and leaves and lists the rest as you have it.",
    "It names what it cannot revert (a shell command, a started worker). The journal keeps its lines.",
    "Exit codes: 0 undone, 1 some of it is left to you, 3 without git, 4 nothing to undo, 5 a beat is under way, 7 refused.",
  ].join("\n"),
  examples: [
    ["looop undo", "revert the last change"],
    ["looop undo tick-20260102-093000", "revert to before that beat"],
  ],
} as const;

export async function runUndo(app: App, beat: string | undefined, json: boolean): Promise<number> {
  const undone = await undo(app, beat);
  app.output.data(json ? jsonText(asJson(undone), 2) : undoText(undone));
  return undone.conflicts.length + undone.beyond.length > 0 ? EXIT.failed : EXIT.ok;
}

/** Its fields are public: add, never rename. */
function asJson({ target, beats, done, conflicts, beyond }: UndoResult) {
  const name = (revision: UndoResult["target"]) => revision.beat ?? revision.commit;
  return { v: 1, target: name(target), beats: beats.map(name), done, conflicts, beyond };
}

function undoText({ target, beats, done, conflicts, beyond }: UndoResult): string {
  const more = beats.length > 1 ? `, and ${beats.length - 1} later` : "";
  const title = `${plainLine(target.beat ?? target.commit)}: ${plainLine(target.subject)}${more}`;
  return [
    done.length === 0 ? `nothing to put back of ${title}` : `undid ${title}`,
    ...done.map(({ path, how }) => `  ${plainLine(path)}: ${how}`),
    ...conflicts.flatMap(({ path, why, patch }) => [
      `  conflict ${plainLine(path)}: ${why}`,
      ...(patch === "" ? [] : ["  what would have put it back:", ...indented(patch)]),
    ]),
    ...(conflicts.length === 0 ? [] : [GO_ON]),
    ...beyond.map(({ name, what }) => `  not undone, ${name}: ${what}`),
  ].join("\n");
}

const GO_ON =
  "  to go on: edit what is listed by hand, or keep it as it is; `looop undo <beat>` of `looop history` reverts an older change";

function indented(patch: string): string[] {
  return plain(patch)
    .trimEnd()
    .split("\n")
    .map((line) => `    ${line}`);
}
