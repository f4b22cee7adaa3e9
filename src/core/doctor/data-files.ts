import { isRecord, parseJson } from "../json.ts";
import { parseAnswer, parseAsk } from "../mailbox/ask.ts";
import { parseMessage } from "../mailbox/message.ts";
import { readLedgerLine } from "../money/day-spend.ts";
import { parseMeta, parseStatus } from "../session/record.ts";
import { shellQuote } from "../shell/quote.ts";
import { bytesOf, clip, utf8 } from "../text.ts";
import { parseSchedule } from "../world/schedule.ts";
import { type Finding, note, problem, type Span } from "./finding.ts";
import type { PathInfo } from "./permissions.ts";

/** A kind of file in the data folder. */
export interface FileKind {
  /** Matches its path, relative to the data folder. The first group is the id in it. */
  readonly path: RegExp;
  /** `whole`: the file is one record; `lines`: each line is one. */
  readonly form: "whole" | "lines";
  /** Returns true when a record is valid, and "torn" when it is a part of one that readers know for that. */
  readonly fits: (text: string, id: string) => boolean | "torn";
  /** The consequence of a damaged record. */
  readonly costs: string;
  /** The hint; by default to move the file away, because looop then begins a new one. */
  readonly hint?: string;
}

const isObject = (text: string) => isRecord(parseJson(text));
const isText = (text: string) => !text.includes("\0");

/** The ledger's own reader decides, so that doctor and the caps agree. */
function isLedgerLine(line: string): boolean | "torn" {
  const { kind } = readLedgerLine(line);
  return kind === "torn" ? kind : kind !== "damaged";
}

function isEvent(line: string): boolean | "torn" {
  return isObject(line) || (line.startsWith("{") && !line.includes("\0") && "torn");
}

const RESTORE = "`looop history` and `looop playbook list` show earlier versions; `looop undo` restores one";

/** Each kind of file that looop reads back. Sensor output is not one of them: it may have any form. */
const KINDS: readonly FileKind[] = [
  whole(/^PLAYBOOK\.md$/, isText, "runners cannot read the rules in it", RESTORE),
  whole(/^goals\/[^/]+\.md$/, isText, "runners cannot read the goal", RESTORE),
  lines(/^cost\.jsonl$/, isLedgerLine, "nothing is spent until then"),
  lines(/^events\.jsonl$/, isEvent, "these events are ignored"),
  whole(/^trusted\.json$/, isObject, "no sensor is trusted"),
  whole(/^\.provenance\.json$/, isObject, "every goal and journal line is untrusted"),
  whole(/^\.intent\.json$/, isObject, "the move that was under way is unknown"),
  whole(/^\.last-world\.json$/, isObject, "the next beat decides once more, because it cannot compare"),
  whole(/^\.last-tick-hash$/, (text) => /^[0-9a-f]{64}\s*$/.test(text), "the next beat decides once more"),
  whole(/^\.last-failure\.json$/, isObject, "the longest backoff applies"),
  whole(/^\.decides\.json$/, isObject, "the decides of this hour count as used up"),
  whole(/^\.next-interval$/, (text) => /^\s*\d+\s*$/.test(text), "it is ignored"),
  whole(/^(?:pulse|\.[a-z-]+)\.json$/, isObject, "its content is lost"),
  whole(
    /^asks\/([^/]+)\.json$/,
    (text, id) => parseAsk(id, text) !== undefined,
    "the question cannot be shown or answered",
  ),
  whole(/^answers\/([^/]+)\.json$/, (text, id) => parseAnswer(id, text) !== undefined, "the ask still waits"),
  whole(/^claims\/[^/]+\.json$/, isObject, "the next beat releases the claim"),
  whole(/^schedules\/[^/]+\.json$/, (text) => isRecord(parseSchedule(text)), "it never falls due"),
  whole(/^verify\/[^/]+\.json$/, isObject, "the worker's result is not checked"),
  whole(/^runs\/[^/]+\/beat\.json$/, isObject, "`looop why` and `looop replay` cannot show that beat"),
  whole(/^sessions\/[^/]+\/meta\.json$/, (text) => parseMeta(text) !== undefined, "looop leaves the session alone"),
  whole(/^sessions\/[^/]+\/status\.json$/, (text) => parseStatus(text) !== undefined, "the session's state is unknown"),
  whole(/^sessions\/[^/]+\/tells\/[^/]+\.json$/, (text) => parseMessage(text) !== undefined, "the message is lost"),
];

function whole(path: RegExp, fits: FileKind["fits"], costs: string, hint?: string): FileKind {
  return { path, form: "whole", fits, costs, ...(hint === undefined ? {} : { hint }) };
}

function lines(path: RegExp, fits: FileKind["fits"], costs: string): FileKind {
  return { path, form: "lines", fits, costs, hint: "Remove those lines with an editor" };
}

/** Returns the kind of a file by its path relative to the data folder, or undefined when looop does not read it back. */
export function kindOf(path: string): FileKind | undefined {
  return KINDS.find((kind) => kind.path.test(path));
}

/** The two paths of a file. */
export interface Place {
  /** Relative to the data folder, for messages. */
  readonly path: string;
  /** Absolute, for commands. */
  readonly at: string;
}

/** Checks a file that holds one record. */
export function judgeWhole(kind: FileKind, place: Place, bytes: Uint8Array): Finding[] {
  const text = utf8(bytes);
  if (!isUtf8(text, bytes)) return [damaged(kind, place, "is not UTF-8 text")];
  if (kind.fits(text, kind.path.exec(place.path)?.[1] ?? "") === true) return [];
  return [damaged(kind, place, bytes.length === 0 ? "is empty" : "is torn or damaged")];
}

/** The lines of a file that are not whole records. */
export interface LineCount {
  /** Where the damaged lines are, in bytes, without their newlines. The first of very many. */
  readonly bad: readonly Span[];
  /** The number of the first damaged line, from 1. */
  readonly firstBad: number | undefined;
  /** The lines that a crash cut off. */
  readonly torn: number;
}

/** Checks a file that holds a record on each line. */
export function judgeLines(
  kind: FileKind,
  place: Place,
  { bad, firstBad, torn }: LineCount,
  identity: string,
): Finding[] {
  const findings: Finding[] = [];
  if (bad.length > 0) {
    const which =
      bad.length === 1 ? `line ${firstBad} is` : `${bad.length} lines, the first of them line ${firstBad}, are`;
    const repair = { kind: "blank", path: place.at, identity, spans: bad } as const;
    findings.push({ ...damaged(kind, place, `is damaged: ${which} not valid`), repair });
  }
  if (torn > 0) {
    const which = torn === 1 ? "a line" : `${torn} lines`;
    const counted = place.path === "cost.jsonl" ? "; each counts as a call of unknown cost" : "";
    findings.push(note("files", `a crash cut off ${which} of ${place.path}${counted}`));
  }
  return findings;
}

/**
 * Checks that a path is our own file, with one name. `isFile` is true when it is a file or a link to one; `ours` is our user
 * id.
 */
export function judgeShape(
  { path, at }: Place,
  { kind, userId, links }: PathInfo,
  ours: number,
  isFile: boolean,
): Finding[] {
  const [here, copy] = [shellQuote(at), shellQuote(`${at}.ours`)];
  if (!isFile) {
    const says = kind === "link" ? `${path} is a link that leads to no file` : `${path} is a ${kind}, not a file`;
    return [problem("files", says, `mv ${here} ${shellQuote(`${at}.odd`)}`)];
  }
  if (userId !== ours) {
    const says = `${path} belongs to user ${userId}, who can change it`;
    return [problem("files", says, `cp ${here} ${copy} && mv -f ${copy} ${here}`)];
  }
  if (links < 2 || kind === "link") return [];
  return [note("files", `${path} has ${links} names (hard links): a change under another name changes it too`)];
}

/** Returns the finding for a damaged history. `said` is git's first line about it, or "". */
export function judgeHistory(folder: string, said: string): Finding[] {
  const why = said === "" ? "" : `: ${clip(said, 120)}`;
  const hint = `mv ${shellQuote(folder)} ${shellQuote(`${folder}.damaged`)}: a new history begins, and your files stay`;
  return [problem("files", `the history in .memory.git is damaged, so \`looop undo\` may not work${why}`, hint)];
}

function damaged({ costs, hint }: FileKind, { path, at }: Place, why: string): Finding {
  const move = `mv ${shellQuote(at)} ${shellQuote(`${at}.damaged`)}: looop goes on without it`;
  return problem("files", `${path} ${why}; ${costs}`, hint ?? move);
}

function isUtf8(text: string, bytes: Uint8Array): boolean {
  if (!text.includes("\ufffd")) return true;
  const again = bytesOf(text);
  return again.length === bytes.length && again.every((byte, at) => byte === bytes[at]);
}
