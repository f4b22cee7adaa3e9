import { join } from "node:path";
import type { BeatRecord } from "../../core/beat/beat-record.ts";
import { activeRunner } from "../../core/config/active-runner.ts";
import { EXIT, LooopError } from "../../core/error.ts";
import { judge } from "../../core/gate/gate.ts";
import type { Decision } from "../../core/gate/verdict.ts";
import type { Move } from "../../core/move/move.ts";
import { playbookBody } from "../../core/prompt/prompt.ts";
import { asTyped, playbookIn, withPlaybook } from "../../core/prompt/recorded-prompt.ts";
import { takenAway } from "../../loop/act/taken-away.ts";
import type { Context } from "../../loop/context/context.ts";
import { callTypedRunner } from "../../loop/decide/call-runner.ts";
import { readAnswer } from "../../loop/decide/decide-typed.ts";
import { requireBudget } from "../../loop/money/money.ts";
import { readBeatRecord } from "../../store/beat/beat-records.ts";
import type { Run } from "../../store/beat/runs.ts";
import { requireInstalled } from "../../store/installed-runners.ts";
import { openLoop } from "../loop/open-loop.ts";
import type { App } from "../open.ts";
import { requirePerson } from "../person.ts";
import { namedBeat, newestDecided } from "./find-beat.ts";

export interface ReplayRequest {
  /** Undefined for the newest that decided. */
  readonly beat: string | undefined;
  /** Another runner than the one that decided. */
  readonly runner: string | undefined;
  /** The file of another PLAYBOOK than the one that was shown. */
  readonly playbook: string | undefined;
}

/** The answer of the second call. */
export interface Replayed {
  readonly record: BeatRecord;
  readonly runner: string;
  /** The folder with the prompt and the output of this replay. */
  readonly folder: string;
  /** The move and its verdict by the current gates, or in words why there is no move. */
  readonly answer: { readonly move: Move; readonly judgement: Decision } | string;
  /** Undefined when it is unknown. */
  readonly costUsd: number | undefined;
  readonly tookMs: number;
}

/**
 * Calls a runner with the recorded prompt of a beat. The answer is only shown, and the runner gets no tools, even when an
 * agent made the beat. The cost is real, and goes to the ledger.
 */
export async function replay(app: App, request: ReplayRequest): Promise<Replayed> {
  // A replay spends money, which a worker or a runner must not do for the person.
  requirePerson(app, "replay", true);
  const { record, folder } = recorded(app, request.beat);
  const context = await openLoop(app, "talk");
  const config = await context.config();
  const runner = activeRunner({
    ...config,
    default: request.runner ?? (record.runner || config.default),
    mode: "typed",
  });
  requireInstalled({ ...context, cwd: context.paths.data }, runner);
  const prompt = promptOf(app, record, folder, request.playbook);
  const money = await requireBudget(context, { runner, goal: undefined });
  const run = runIn(context, folder, record.run_id);
  context.files.write(run.prompt, prompt);
  const asked = { run, runner, goal: undefined, purpose: "replay", money } as const;
  const { ended, final, trouble, costUsd } = await callTypedRunner(context, asked).finally(money.release);
  if (ended.aborted) {
    throw new LooopError({
      message: "Cannot complete the replay: it was interrupted",
      hint: "Run it again",
      exit: EXIT.interrupted,
    });
  }
  const answer = trouble?.text ?? readAnswer(final);
  const move = typeof answer === "string" ? answer : answer.move;
  const facts = { tainted: record.tainted.length > 0 || runner.reads, playbook: playbookIn(prompt) };
  return {
    ...{ record, runner: runner.name, folder: run.folder, costUsd, tookMs: ended.tookMs },
    answer:
      typeof move === "string"
        ? move
        : { move, judgement: judge(move, config.gates, { ...facts, takes: takenAway(context, move) }) },
  };
}

/** Returns a beat by its name, or by the path of its archive, which may come from another machine. */
function recorded(app: App, beat: string | undefined): { record: BeatRecord; folder: string } {
  if (beat === undefined) return newestDecided(app);
  if (beat.includes("/")) {
    const folder = app.absolute(beat);
    const record = readBeatRecord(app.files, { runs: join(folder, "..") }, folder.slice(folder.lastIndexOf("/") + 1));
    if (record !== undefined) return { record, folder };
    throw noRecord(folder);
  }
  const known = namedBeat(app, beat);
  if (known.kind === "decided") return known;
  throw noRecord(known.folder);
}

function promptOf(app: App, record: BeatRecord, folder: string, playbook: string | undefined): string {
  const recorded = app.files.read(join(folder, "prompt.md"));
  // An approved move was carried out without a prompt.
  if (recorded === undefined) {
    throw new LooopError({
      message: `Cannot replay ${record.run_id}: it called no runner, so there is no prompt`,
      hint: `See what it did with \`looop why ${record.run_id}\``,
      exit: EXIT.notFound,
    });
  }
  const prompt = record.mode === "agent" ? asTyped(recorded) : recorded;
  if (playbook === undefined) return prompt;
  const text = app.files.read(app.absolute(playbook));
  const changed = text === undefined ? undefined : withPlaybook(prompt, playbookBody(text));
  if (changed !== undefined) return changed;
  throw new LooopError({
    message: `Cannot replay with ${playbook}: ${text === undefined ? "no such file" : "the recorded prompt has no PLAYBOOK"}`,
    hint: "Name a file like PLAYBOOK.md with --playbook",
    exit: EXIT.notFound,
  });
}

/** Makes a folder for this replay, inside the archive of the beat. */
function runIn({ files }: Context, archive: string, id: string): Run {
  for (let number = 1; ; number++) {
    const folder = join(archive, `replay-${number}`);
    if (!files.claimDir(folder)) continue;
    return {
      id: `${id}/replay-${number}`,
      folder,
      prompt: join(folder, "prompt.md"),
      output: join(folder, "output.log"),
      journalBefore: join(folder, "journal.before.md"),
    };
  }
}

function noRecord(folder: string): LooopError {
  return new LooopError({
    message: `Cannot replay ${folder}: it has no beat.json that can be read`,
    hint: "`looop why` names the beats that can be replayed",
    exit: EXIT.notFound,
  });
}
