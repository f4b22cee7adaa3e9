import { isRecord, parseJson } from "../json.ts";
import { parseAnswer, parseAsk } from "../mailbox/ask.ts";
import { parseMessage } from "../mailbox/message.ts";
import { parseRow } from "../money/call.ts";
import { parseMeta, parseStatus } from "../session/record.ts";
import { shellQuote } from "../shell/quote.ts";
import { bytesOf, clip, utf8 } from "../text.ts";
import { parseSchedule } from "../world/schedule.ts";
import { type Finding, note, problem } from "./finding.ts";
import type { Look } from "./permissions.ts";

/** A kind of file in the data folder. */
export interface Kind {
  /** Its path from the data folder. */
  readonly path: RegExp;
  readonly form: "whole" | "lines";
  /** Whether a text (of `lines`: one line) can be understood. `id` is the name in its path. */
  readonly fits: (text: string, id: string) => boolean;
  /** What follows while it cannot. */
  readonly costs: string;
  /** What to do; without one, moving it away is right: looop begins a new one. */
  readonly hint?: string;
}

const isObject = (text: string) => isRecord(parseJson(text));
const isText = (text: string) => !text.includes("\0");
const BEFORE = "`looop history` and `looop playbook list` show what it was before; `looop undo` puts it back";

/** Every kind that looop reads back. What a sensor printed is not among them: it may be anything. */
export const KINDS: readonly Kind[] = [
  whole(/^PLAYBOOK\.md$/, isText, "the rules that runners follow are not readable", BEFORE),
  whole(/^goals\/[^/]+\.md$/, isText, "the goal cannot be shown to a runner", BEFORE),
  lines(/^cost\.jsonl$/, (line) => parseRow(line) !== undefined, "what these calls cost is not counted"),
  lines(/^events\.jsonl$/, isObject, "these events are passed over"),
  whole(/^trusted\.json$/, isObject, "no sensor counts as trusted"),
  whole(/^\.provenance\.json$/, isObject, "every goal and journal line counts as untrusted"),
  whole(/^\.intent\.json$/, isObject, "nobody knows which move was under way"),
  whole(/^\.last-world\.json$/, isObject, "the next beat decides once more, for want of what to compare with"),
  whole(/^\.last-tick-hash$/, (text) => /^[0-9a-f]{64}\s*$/.test(text), "the next beat decides once more"),
  whole(/^\.last-failure\.json$/, isObject, "the longest pause after a failure holds"),
  whole(/^\.decides\.json$/, isObject, "the hour counts as spent"),
  whole(/^\.next-interval$/, (text) => /^\s*\d+\s*$/.test(text), "it is ignored"),
  whole(/^(?:pulse|\.[a-z-]+)\.json$/, isObject, "what it held is forgotten"),
  whole(
    /^asks\/([^/]+)\.json$/,
    (text, id) => parseAsk(id, text) !== undefined,
    "nobody can see or answer what it asks",
  ),
  whole(/^answers\/([^/]+)\.json$/, (text, id) => parseAnswer(id, text) !== undefined, "the ask still waits"),
  whole(/^claims\/[^/]+\.json$/, isObject, "the next beat takes the claim back"),
  whole(/^schedules\/[^/]+\.json$/, (text) => isRecord(parseSchedule(text)), "it wakes nobody"),
  whole(/^verify\/[^/]+\.json$/, isObject, "the worker's result is not checked"),
  whole(/^runs\/[^/]+\/beat\.json$/, isObject, "`looop why` and `looop replay` cannot tell of that beat"),
  whole(/^sessions\/[^/]+\/meta\.json$/, (text) => parseMeta(text) !== undefined, "nothing is done to the session"),
  whole(/^sessions\/[^/]+\/status\.json$/, (text) => parseStatus(text) !== undefined, "how it stands is not known"),
  whole(/^sessions\/[^/]+\/tells\/[^/]+\.json$/, (text) => parseMessage(text) !== undefined, "the message is lost"),
];

function whole(path: RegExp, fits: Kind["fits"], costs: string, hint?: string): Kind {
  return { path, form: "whole", fits, costs, ...(hint === undefined ? {} : { hint }) };
}

function lines(path: RegExp, fits: Kind["fits"], costs: string): Kind {
  return { path, form: "lines", fits, costs, hint: "Take those lines out with an editor; the others count as before" };
}

/** The first kind that a path from the data folder is of, or undefined for what looop does not read back. */
export function kindOf(path: string): Kind | undefined {
  return KINDS.find((kind) => kind.path.test(path));
}

/** A file, as it is told and as it is typed. */
export interface Place {
  /** From the data folder. */
  readonly path: string;
  /** The whole path. */
  readonly at: string;
}

/** What is wrong with a file that is read whole. */
export function judgeWhole(kind: Kind, place: Place, bytes: Uint8Array): Finding[] {
  const text = utf8(bytes);
  if (!isUtf8(text, bytes)) return [damaged(kind, place, "is not UTF-8 text")];
  if (kind.fits(text, kind.path.exec(place.path)?.[1] ?? "")) return [];
  return [damaged(kind, place, bytes.length === 0 ? "is empty" : "is torn or damaged")];
}

/** What was counted in a file of lines. */
export interface LineCount {
  readonly bad: number;
  /** The number of the first that was not understood, from 1. */
  readonly firstBad: number | undefined;
  /** Whether the file does not end in a newline. */
  readonly torn: boolean;
}

export function judgeLines(kind: Kind, place: Place, { bad, firstBad, torn }: LineCount): Finding[] {
  if (bad > 0) {
    const which = bad === 1 ? `line ${firstBad} is` : `${bad} lines, the first of them line ${firstBad}, are`;
    return [damaged(kind, place, `is damaged: ${which} not understood`)];
  }
  const says = `the last line of ${place.path} was cut off; the next one begins on a line of its own`;
  return torn ? [note("files", says)] : [];
}

/** What is wrong with the kind of thing that lies there, whatever it holds. `leads` says whether it leads to a file. */
export function judgeShape(
  { path, at }: Place,
  { kind, userId, links }: Look,
  ours: number,
  leads: boolean,
): Finding[] {
  const [here, copy] = [shellQuote(at), shellQuote(`${at}.ours`)];
  if (!leads) {
    const says = kind === "link" ? `${path} is a link that leads to no file` : `${path} is a ${kind}, not a file`;
    return [problem("files", says, `mv ${here} ${shellQuote(`${at}.odd`)}`)];
  }
  if (userId !== ours) {
    const says = `${path} belongs to user ${userId}, who can change what it says`;
    return [problem("files", says, `cp ${here} ${copy} && mv -f ${copy} ${here}`)];
  }
  if (links < 2 || kind === "link") return [];
  return [note("files", `${path} has ${links} names (hard links): who changes another one changes it`)];
}

/** What git says is wrong with the history; "" when it does not say. */
export function judgeHistory(folder: string, said: string): Finding[] {
  const why = said === "" ? "" : `: ${clip(said, 120)}`;
  const hint = `mv ${shellQuote(folder)} ${shellQuote(`${folder}.damaged`)}: a new history begins, and your files stay`;
  return [problem("files", `the history in .memory.git is damaged, so \`looop undo\` may not work${why}`, hint)];
}

function damaged({ costs, hint }: Kind, { path, at }: Place, why: string): Finding {
  const move = `mv ${shellQuote(at)} ${shellQuote(`${at}.damaged`)}: looop goes on without it`;
  return problem("files", `${path} ${why}; ${costs}`, hint ?? move);
}

function isUtf8(text: string, bytes: Uint8Array): boolean {
  if (!text.includes("\ufffd")) return true;
  const again = bytesOf(text);
  return again.length === bytes.length && again.every((byte, at) => byte === bytes[at]);
}
