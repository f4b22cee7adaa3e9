import { skeleton } from "../confusables.ts";
import type { Worker } from "../session/session.ts";
import { bytesOf, clip, plain, plainLine } from "../text.ts";
import { localMinute, zone } from "../time.ts";
import { type Change, changeLine } from "../world/world.ts";
import { agentInstructions } from "./agent-instructions.ts";

/** Everything one decide is told. Bodies are raw: this file caps and escapes them. */
export interface PromptInput {
  /** What the decider is told about itself; without them, those of agent mode. */
  readonly instructions?: string;
  /** The very last words; without them, those of agent mode. */
  readonly closing?: string;
  /** Further sections, before the journal. */
  readonly more?: readonly Section[];
  readonly dataDir: string;
  /** The path of looop itself, as the decider types it. */
  readonly bin: string;
  readonly playbook: string;
  readonly goals: readonly Body[];
  readonly readings: readonly Body[];
  readonly workers: readonly Worker[];
  readonly claims: readonly Body[];
  /** The last lines of the journal, oldest first. */
  readonly journal: readonly string[];
  /** Undefined on the first beat: there is nothing to compare with. */
  readonly changes: readonly Change[] | undefined;
  readonly lastFailure: string | undefined;
  /** The goal that nobody moved for the longest, in words. */
  readonly neglected?: string | undefined;
  /** Sensors whose signal changes in nearly every beat. */
  readonly flapping?: readonly { readonly name: string; readonly streak: number }[];
  /** The goal of a manual run. */
  readonly manualGoal: string | undefined;
  readonly nowMs: number;
}

export interface Body {
  readonly title: string;
  readonly text: string;
}

/** A section with a few entries, each clean and short enough. */
export interface Section {
  readonly title: string;
  readonly entries: readonly string[];
}

/** Caps of single bodies, in characters. */
const CAPS = {
  playbook: 49_152,
  goal: 8_192,
  reading: 16_384,
  note: 2_048,
  tail: 2_048,
  claim: 1_024,
  line: 500,
  failure: 2_048,
};

/** What the sections after the readings may take at most, in bytes. */
const ROOMS = { workers: 32_768, claims: 8_192, more: 16_384, changes: 16_384, flapping: 4_096 };

/** The whole prompt stays below this many bytes; goals, then readings, stop at the first that does not fit. */
export const PROMPT_MAX_BYTES = 262_144;

/** The header of a section; no line of any body can look like one. */
export function header(title: string): string {
  return `=== ${title} ===`;
}

/**
 * The prompt of one decide. What changes least stands first, so that a model's prompt cache serves the beginning; the
 * time stands last.
 */
export function renderPrompt(input: PromptInput): string {
  const instructions = input.instructions ?? escaped(agentInstructions(input.dataDir, input.bin));
  const head = `${instructions}\n\n${header("PLAYBOOK")}\n${playbookBody(input.playbook)}`;
  const tail = tailSections(input);
  const room = PROMPT_MAX_BYTES - size(head) - size(tail);
  const readings = list(header("SENSOR READINGS"), {
    items: input.readings,
    line: (reading) => entry(reading, CAPS.reading, "snapshots/"),
    none: "(no sensors)",
    room: room / 2,
  });
  const goals = list(header("GOALS"), {
    items: input.goals,
    line: (goal) => entry(goal, CAPS.goal, "goals/"),
    none: "(no goals yet)",
    room: room - size(readings),
  });
  return [head, goals, readings, tail].join("\n\n");
}

function tailSections(input: PromptInput): string {
  return [
    list(header("WORKER SESSIONS (⚑ = it waits for the person: leave it alone)"), {
      items: input.workers,
      line: workerLines,
      none: "(none)",
      room: ROOMS.workers,
    }),
    list(header("WORKER CLAIMS (a claimed name is owned: leave it alone)"), {
      items: input.claims,
      line: claimLine,
      none: "(none)",
      room: ROOMS.claims,
    }),
    ...(input.more ?? []).map(({ title, entries }) =>
      list(header(title), { items: entries, line: (text) => escaped(plain(text)), none: "", room: ROOMS.more }),
    ),
    input.neglected === undefined ? "" : section("FAIRNESS", [escaped(plainLine(input.neglected))], ""),
    section(
      "RECENT JOURNAL",
      input.journal.map((line) => escaped(clip(plainLine(line), CAPS.line))),
      "(empty)",
    ),
    input.changes === undefined
      ? ""
      : list(header("WHAT CHANGED"), {
          items: input.changes,
          line: changeLine,
          none: "(nothing)",
          room: ROOMS.changes,
        }),
    flappingSection(input.flapping ?? []),
    input.lastFailure === undefined ? "" : section("LAST FAILURE", [failureText(input.lastFailure)], ""),
    input.manualGoal === undefined ? "" : section("MANUAL RUN (human override)", [manualText(input.manualGoal)], ""),
    section(
      "NOW",
      [`${localMinute(input.nowMs)} (local time, UTC${zone(input.nowMs)})`, input.closing ?? closing(input.nowMs)],
      "",
    ),
  ]
    .filter((text) => text !== "")
    .join("\n\n");
}

function section(title: string, lines: readonly string[], none: string): string {
  return [header(title), ...(lines.length === 0 ? [none] : lines)].join("\n");
}

function flappingSection(sensors: PromptInput["flapping"] & object): string {
  if (sensors.length === 0) return "";
  return list(header("FLAPPING SENSORS"), {
    items: [...sensors.map(({ name }) => `- ${plainLine(name)}`), FLAPPING_ADVICE],
    line: (line) => line,
    none: "",
    room: ROOMS.flapping,
  });
}

const FLAPPING_ADVICE =
  'Their signal changes in nearly every beat, so it wakes you for nothing. Mend the script: what moves all the time belongs under "detail".';

function entry({ title, text }: Body, cap: number, folder: string): string {
  return `--- ${plainLine(title)}\n${body(text, cap, `${folder}${plainLine(title)}`)}`;
}

/** Entries of a section that may be many. */
interface Listed<T> {
  readonly items: readonly T[];
  /** One entry; called only for those that may fit. */
  readonly line: (item: T) => string;
  readonly none: string;
  /** The most that the whole section takes, in bytes. */
  readonly room: number;
}

/** As many entries as fit, with a visible word about the others. */
function list<T>(title: string, { items, line, none, room }: Listed<T>): string {
  const shown: string[] = [];
  let used = size(title) + size(MORE) + 10;
  for (const item of items) {
    const next = line(item);
    used += size(next) + 1;
    if (used > room) break;
    shown.push(next);
  }
  const left = items.length - shown.length;
  return [title, ...(items.length === 0 ? [none] : shown), ...(left === 0 ? [] : [`(${left}${MORE}`])].join("\n");
}

const MORE = " more not shown: the prompt is full. Archive or shorten some.)";

/** Text from outside as a body: clean, capped, and unable to look like a section or a separator. */
function body(text: string, cap: number, where: string): string {
  // Far more than the cap is not even cleaned: a body may be huge.
  const clean = asShown(text.slice(0, cap * 4));
  if (clean === "") return "(empty)";
  if (clean.length <= cap && text.length <= cap * 4) return clean;
  return `${clip(clean, cap)}\n(cut: ${cap} of ${text.length} characters; the whole is ${where})`;
}

/** A PLAYBOOK as it stands in a prompt. */
export function playbookBody(text: string): string {
  return body(text, CAPS.playbook, "PLAYBOOK.md");
}

/** Text from outside as it stands in a prompt, where it has no cap. */
export function asShown(text: string): string {
  return escaped(plain(text)).trimEnd();
}

/** Puts a backslash before every line that begins like a header or a separator, also in signs that only look like theirs. */
export function escaped(text: string): string {
  // Each sign stands for at least one of the three.
  return text.replace(/^([^\S\n]*)([^\s\w]{1,3})/gmu, (whole, space: string, signs: string) =>
    /^(={3}|-{3})/.test(/[^ -~]/.test(signs) ? skeleton(signs) : signs) ? `${space}\\${signs}` : whole,
  );
}

function workerLines(worker: Worker): string {
  const note = worker.note === undefined ? "" : `  ⚑ ${escaped(clip(plainLine(worker.note), CAPS.note))}`;
  const first = `- ${plainLine(worker.id)} [${plainLine(worker.status)}]${note}`;
  if (worker.tail === "") return first;
  const tail = clip(plain(worker.tail).trimEnd(), CAPS.tail).split("\n");
  return [first, "  its last lines:", ...tail.map((line) => `  | ${line}`)].join("\n");
}

function claimLine(claim: Body): string {
  return `- ${plainLine(claim.title)}: ${clip(plainLine(claim.text), CAPS.claim)}`;
}

function failureText(error: string): string {
  return `${escaped(clip(plain(error), CAPS.failure))}\nDo not repeat unchanged what failed.`;
}

function manualText(goal: string): string {
  return [
    `The person asks for action on the goal "${goal}" now.`,
    "Set the order of priorities and the choice to do nothing aside, and make the single most useful move for that goal.",
    "Everything else above is context. All rules still hold, the one journal line too.",
  ].join("\n");
}

function closing(nowMs: number): string {
  return `Make one move, then append one line to journal.md that begins with exactly: - ${localMinute(nowMs)} `;
}

function size(text: string): number {
  return bytesOf(text).length;
}
