import { join } from "node:path";
import { setting } from "../../core/env.ts";
import { EXIT, LooopError } from "../../core/error.ts";
import { jsonText } from "../../core/json.ts";
import { sessionId } from "../../core/names.ts";
import { type Brief, parseBrief } from "../../core/offline/brief.ts";
import { decideOffline, type Known, type OfflineMove } from "../../core/offline/rules.ts";
import { typedMove } from "../../core/offline/typed-move.ts";
import { localMinute } from "../../core/time.ts";
import { recordCall } from "../../store/money/ledger.ts";
import { journalAppend } from "../../store/policy/journal.ts";
import type { App } from "../open.ts";
import { startRequested } from "../session/start-requested.ts";

/** The last line of the runner's reports. A report without it was written by somebody else and is not replaced. */
const SIGNATURE = "Written by looop's offline runner: rules, not a model.";

/** Decides as the built-in runner: makes one move for the prompt on stdin and writes one journal line. */
export async function decideOnce(app: App): Promise<void> {
  const brief = briefOf(app);
  const paths = app.paths();
  app.files.makeDir(paths.data);
  app.output.data("offline runner: written rules, not a model");
  const move = decideOffline(brief, knownIn(app));
  const journal = await carryOut(app, move);
  journalAppend(app.files, paths.journal, journal, app.clock.now());
  app.output.data(`journal: ${journal}`);
  recordFreeCall(app);
}

/** Decides as {@linkcode decideOnce} for a typed prompt, and only prints the move. */
export function decideTypedOnce(app: App): void {
  const move = typedMove(briefOf(app), knownIn(app), localMinute(app.clock.now()));
  app.output.data(jsonText(move));
  recordFreeCall(app);
}

function briefOf(app: App): Brief {
  const brief = parseBrief(app.input());
  if (brief !== undefined) return brief;
  throw new LooopError({
    message: "Cannot decide: stdin has no prompt from looop",
    hint: 'looop writes the prompt to this runner: set `default = "offline"` in looop.toml and run `looop tick`',
    exit: EXIT.usage,
  });
}

/** Returns a function that says whether an id is in use by a goal, a report or a session. */
function knownIn(app: App): Known {
  const paths = app.paths();
  const usedBy = (id: string) => [
    ...[paths.goals, paths.goalArchive, paths.reports].map((folder) => join(folder, `${id}.md`)),
    join(paths.sessions, sessionId(id)),
  ];
  return (id) => usedBy(id).some((path) => app.files.stat(path) !== undefined);
}

/** Records the call in the ledger at cost 0, so that calls are counted. Without LOOOP_COST_KIND, records nothing. */
function recordFreeCall(app: App): void {
  const kind = setting(app.env, "LOOOP_COST_KIND");
  if (kind === undefined) return;
  const id = setting(app.env, "LOOOP_COST_ID") ?? "";
  const runner = setting(app.env, "LOOOP_COST_RUNNER") ?? "offline";
  recordCall(app.files, app.paths(), { kind, id, runner, costUsd: 0, source: "measured" }, app.clock.now());
}

/** Makes the move and returns its journal line. Does not replace a file of somebody else's; the line then says so. */
async function carryOut(app: App, move: OfflineMove): Promise<string> {
  const time = localMinute(app.clock.now());
  switch (move.kind) {
    case "report": {
      const text = [`# ${move.id}, ${time}`, "", ...move.lines, "", SIGNATURE, ""].join("\n");
      return write(app, `reports/${move.id}.md`, text) ?? move.journal;
    }
    case "goal": {
      const text = ["---", `goal: ${move.goal}`, "---", "", `- ${time} ${SIGNATURE}`, ""].join("\n");
      return write(app, `goals/${move.id}.md`, text) ?? move.journal;
    }
    case "worker": {
      const { session } = await startRequested(app, { id: move.id, prompt: move.task, runner: "offline" });
      app.output.data(`started ${session}`);
      return move.journal;
    }
    case "note":
      return appendToGoal(app, move.goal, `- ${time} ${move.line} (offline runner)`) ?? move.journal;
    case "nothing":
      return move.journal;
  }
}

/** Writes a file in the data folder. Returns the reason when one of somebody else's exists. */
function write(app: App, name: string, text: string): string | undefined {
  const path = join(app.paths().data, name);
  const old = app.files.read(path);
  if (old !== undefined && !(name.startsWith("reports/") && old.trimEnd().endsWith(SIGNATURE))) {
    return `did nothing: ${name} is there already and is not the offline runner's`;
  }
  app.files.makeDir(join(path, ".."));
  app.files.write(path, text);
  app.output.data(`wrote ${name}`);
  return undefined;
}

/** Appends a line to an active or archived goal. Returns the reason when there is no such goal. */
function appendToGoal(app: App, goal: string, line: string): string | undefined {
  const { goals, goalArchive } = app.paths();
  const path = [goals, goalArchive]
    .map((folder) => join(folder, `${goal}.md`))
    .find((it) => app.files.stat(it) !== undefined);
  if (path === undefined) return `did nothing: there is no goal ${goal}`;
  app.files.append(path, line);
  app.output.data(`noted in ${goal}.md: ${line}`);
  return undefined;
}
