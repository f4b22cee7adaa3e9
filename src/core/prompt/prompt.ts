import { skeleton } from "../confusables.ts";
import type { Worker } from "../session/session.ts";
import { bytesOf, clip, plain, plainLine } from "../text.ts";
import { localMinute, zone } from "../time.ts";
import { type Change, changeLine } from "../world/world.ts";
import { agentInstructions } from "./agent-instructions.ts";

/** The input of a prompt. Texts are raw: this file caps and escapes them. */
export interface PromptInput {
  /** The instructions; by default those of agent mode. */
  readonly instructions?: string;
  /** The last line; by default that of agent mode. */
  readonly closing?: string;
  /** More sections, placed before the journal. */
  readonly more?: readonly Section[];
  readonly dataDir: string;
  /** The path of looop, for commands that the decider types. */
  readonly bin: string;
  readonly playbook: string;
  readonly goals: readonly Body[];
  readonly readings: readonly Body[];
  readonly workers: readonly Worker[];
  readonly claims: readonly Body[];
  /** The last lines of the journal, oldest first. */
  readonly journal: readonly string[];
  /** Undefined on the first beat, which has no earlier world to compare with. */
  readonly changes: readonly Change[] | undefined;
  readonly lastFailure: string | undefined;
  /** A line about the goal whose last move is the longest ago. */
  readonly neglected?: string | undefined;
  /** The flapping sensors. */
  readonly flapping?: readonly { readonly name: string; readonly streak: number }[];
  /** The goal of a manual run. */
  readonly manualGoal: string | undefined;
  readonly nowMs: number;
}

/** A text with a title: a goal, a reading or a claim. */
export interface Body {
  readonly title: string;
  readonly text: string;
}

/** A section whose entries are short and made safe already. */
export interface Section {
  readonly title: string;
  readonly entries: readonly string[];
}

/** Longest text of each kind, in characters. */
const MAX_CHARS = {
  playbook: 49_152,
  goal: 8_192,
  reading: 16_384,
  note: 2_048,
  tail: 2_048,
  claim: 1_024,
  line: 500,
  failure: 2_048,
};

/** Largest size of each section after the readings, in bytes. */
const MAX_SECTION_BYTES = { workers: 32_768, claims: 8_192, more: 16_384, changes: 16_384, flapping: 4_096 };

/** The most changes that are listed: the readings above have the rest. */
const MAX_CHANGES = 100;

/** Largest prompt, in bytes. Readings, then goals, are shown up to the first that does not fit. */
export const PROMPT_MAX_BYTES = 262_144;

/** Returns the header of a section. Bodies are escaped, so no line of one can look like a header. */
function header(title: string): string {
  return `=== ${title} ===`;
}

/**
 * Returns the prompt of one decide. The parts that change least come first, so that a model's prompt cache covers them;
 * the time comes last.
 */
export function renderPrompt(input: PromptInput): string {
  const instructions = input.instructions ?? escaped(agentInstructions(input.dataDir, input.bin));
  const head = `${instructions}\n\n${header("PLAYBOOK")}\n${playbookBody(input.playbook)}`;
  const tail = tailSections(input);
  const room = PROMPT_MAX_BYTES - size(head) - size(tail);
  const readings = list(header("SENSOR READINGS"), {
    items: input.readings,
    line: (reading) => entry(reading, MAX_CHARS.reading, "snapshots/"),
    none: "(no sensors)",
    room: room / 2,
  });
  const goals = list(header("GOALS"), {
    items: input.goals,
    line: (goal) => entry(goal, MAX_CHARS.goal, "goals/"),
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
      room: MAX_SECTION_BYTES.workers,
    }),
    list(header("WORKER CLAIMS (a claimed name is owned: leave it alone)"), {
      items: input.claims,
      line: claimLine,
      none: "(none)",
      room: MAX_SECTION_BYTES.claims,
    }),
    ...(input.more ?? []).map(({ title, entries }) =>
      list(header(title), {
        items: entries,
        line: (text) => escaped(plain(text)),
        none: "",
        room: MAX_SECTION_BYTES.more,
      }),
    ),
    input.neglected === undefined ? "" : section("FAIRNESS", [escaped(plainLine(input.neglected))], ""),
    section(
      "RECENT JOURNAL",
      input.journal.map((line) => escaped(clip(plainLine(line), MAX_CHARS.line))),
      "(empty)",
    ),
    input.changes === undefined
      ? ""
      : list(header("WHAT CHANGED"), {
          items: input.changes,
          line: changeLine,
          none: "(nothing)",
          room: MAX_SECTION_BYTES.changes,
          most: MAX_CHANGES,
          more: ` more changes, ${input.changes.length} in all)`,
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
    room: MAX_SECTION_BYTES.flapping,
  });
}

const FLAPPING_ADVICE =
  'Their signal changes in nearly every beat, so it wakes you for nothing. Mend the script: what moves all the time belongs under "detail".';

function entry({ title, text }: Body, cap: number, folder: string): string {
  return `--- ${plainLine(title)}\n${body(text, cap, `${folder}${plainLine(title)}`)}`;
}

/** The entries of a section that may not hold all of them. */
interface Entries<T> {
  readonly items: readonly T[];
  /** Renders one entry. Called only up to the first that does not fit. */
  readonly line: (item: T) => string;
  /** Shown when there are no items. */
  readonly none: string;
  /** Largest size of the whole section, in bytes. */
  readonly room: number;
  /** The most entries that are shown. */
  readonly most?: number;
  /** The words after the number of entries that are left out. */
  readonly more?: string;
}

/** Returns a section with as many entries as fit, and the number of those left out. */
function list<T>(title: string, { items, line, none, room, most = items.length, more = MORE }: Entries<T>): string {
  const shown: string[] = [];
  let used = size(title) + size(more) + 10;
  for (const item of items.slice(0, most)) {
    const next = line(item);
    used += size(next) + 1;
    if (used > room) break;
    shown.push(next);
  }
  const left = items.length - shown.length;
  return [title, ...(items.length === 0 ? [none] : shown), ...(left === 0 ? [] : [`(${left}${more}`])].join("\n");
}

const MORE = " more not shown: the prompt is full. Archive or shorten some.)";

/** Returns a text from outside as a body: escaped, and cut to `cap` characters. `where` names the file with all of it. */
function body(text: string, cap: number, where: string): string {
  // A text may be huge: only the part that can end up in the prompt is cleaned.
  const clean = asShown(text.slice(0, cap * 4));
  if (clean === "") return "(empty)";
  if (clean.length <= cap && text.length <= cap * 4) return clean;
  return `${clip(clean, cap)}\n(cut: ${cap} of ${text.length} characters; the whole is ${where})`;
}

/** Returns a PLAYBOOK as a prompt shows it: escaped, and cut at the cap. */
export function playbookBody(text: string): string {
  return body(text, MAX_CHARS.playbook, "PLAYBOOK.md");
}

/** Returns a text from outside as a prompt shows it: without control characters, escaped, not cut. */
export function asShown(text: string): string {
  return escaped(plain(text)).trimEnd();
}

/** Puts a backslash before each line that begins like a header or a separator, also in look-alike characters. */
export function escaped(text: string): string {
  // One look-alike can stand for several signs (⩶ for ===), so one to three characters are compared.
  return text.replace(/^([^\S\n\r\u2028\u2029]*)([^\s\w]{1,3})/gmu, (whole, space: string, signs: string) =>
    /^(={3}|-{3})/.test(/[^ -~]/.test(signs) ? skeleton(signs) : signs) ? `${space}\\${signs}` : whole,
  );
}

function workerLines(worker: Worker): string {
  const note = worker.note === undefined ? "" : `  ⚑ ${escaped(clip(plainLine(worker.note), MAX_CHARS.note))}`;
  const first = `- ${plainLine(worker.id)} [${plainLine(worker.status)}]${note}`;
  if (worker.tail === "") return first;
  const tail = clip(plain(worker.tail).trimEnd(), MAX_CHARS.tail).split("\n");
  return [first, "  its last lines:", ...tail.map((line) => `  | ${line}`)].join("\n");
}

function claimLine(claim: Body): string {
  return `- ${plainLine(claim.title)}: ${clip(plainLine(claim.text), MAX_CHARS.claim)}`;
}

function failureText(error: string): string {
  return `${escaped(clip(plain(error), MAX_CHARS.failure))}\nDo not repeat unchanged what failed.`;
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
