import { join } from "node:path";
import { EXIT, expected, LooopError } from "../../core/error.ts";
import { isRecord, parseJson } from "../../core/json.ts";
import {
  type Answer,
  type Answered,
  type Ask,
  answerTo,
  askId,
  byUrgency,
  isExpired,
  LOOOP,
  type ParkedMove,
  parseAnswer,
  parseAsk,
  renderAnswer,
  renderAsk,
  YES_NO,
} from "../../core/mailbox/ask.ts";
import { bareId } from "../../core/names.ts";
import type { Clock, Files } from "../../sys/sys.ts";
import { idOf, type Paths } from "../paths.ts";

/**
 * The questions to the person: `asks/<id>.json`, and `answers/<id>.json` beside it once one is answered. Both appear
 * whole and exactly once, so the first answer wins. What is over goes to `asks/archive/`.
 */

const ENDING = ".json";

/** How many ids are tried: more asks than this within a millisecond there are not. */
const ATTEMPTS = 1_000;

/** How many asks that are over are kept. */
const KEPT = 1_000;

/** An answer without its question is debris after this long, in milliseconds; sooner, somebody is just archiving. */
const DEBRIS_MS = 60_000;

export interface AsksDeps {
  readonly files: Files;
  readonly clock: Clock;
  readonly paths: Paths;
}

/** All asks that are not over. */
export interface Asks {
  /** Without an answer, the most urgent first. */
  readonly pending: readonly Ask[];
  /** Answered, and nobody has collected that yet. */
  readonly answered: readonly Answered[];
  /** Files that cannot be understood, by their paths in the data folder. */
  readonly damaged: readonly string[];
}

/** A new ask, without what this file adds. */
export type AskDraft = Omit<Ask, "id" | "ts">;

/** Puts a question to the person. It is on disk when this returns. */
export function createAsk(edge: AsksDeps, draft: AskDraft): Ask {
  const { clock, files, paths } = edge;
  const nowMs = clock.now();
  for (const folder of [paths.asks, paths.answers, paths.asked]) files.makeDir(folder);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const id = askId(nowMs, attempt);
    // An old answer to that id must not become the answer to this question.
    const places = [askPath(paths, id), answerPath(paths, id), archivePath(paths, id)];
    const isUsed = places.some((path) => files.stat(path) !== undefined);
    const ask = { ...draft, id, ts: new Date(nowMs).toISOString() };
    if (!isUsed && files.create(askPath(paths, id), renderAsk(ask))) return ask;
  }
  throw new LooopError({
    message: `Cannot ask: ${ATTEMPTS} ids in ${paths.asks} are taken`,
    hint: "Answer some with `looop answer`",
    exit: EXIT.failed,
  });
}

/** Parks a move until the person has said yes or no to it. */
export function parkMove(edge: AsksDeps, prompt: string, parked: ParkedMove): Ask {
  return createAsk(edge, { from: LOOOP, prompt, options: YES_NO, severity: "soon", parked });
}

/** Reads all asks that are not over. */
export function readAsks({ files, paths }: Pick<AsksDeps, "files" | "paths">): Asks {
  const ids = files.list(paths.asks).flatMap((name) => idOf(name, ENDING) ?? []);
  const answeredIds = new Set(
    ids.length === 0 ? [] : files.list(paths.answers).flatMap((it) => idOf(it, ENDING) ?? []),
  );
  const pending: Ask[] = [];
  const answered: Answered[] = [];
  const damaged: string[] = [];
  for (const id of ids) {
    const text = readWhole(files, askPath(paths, id));
    if (text === undefined) continue; // archived meanwhile
    const ask = parseAsk(id, text);
    const answer = answeredIds.has(id) ? readAnswer(files, paths, id) : undefined;
    if (ask === undefined) damaged.push(`asks/${id}${ENDING}`);
    else if (answer === undefined) pending.push(ask);
    else if (answer !== "damaged") answered.push({ ask, answer });
    else {
      damaged.push(`answers/${id}${ENDING}`);
      pending.push(ask);
    }
  }
  return { pending: pending.sort(byUrgency), answered: answered.sort((a, b) => byUrgency(a.ask, b.ask)), damaged };
}

/** One ask wherever it is by now. `ask` is undefined when it is not among those that are not over. */
export interface Found {
  readonly ask: Ask | "damaged" | undefined;
  readonly answer: Answer | "damaged" | undefined;
}

/** Looks for one ask and its answer, in the archive too: another process may have collected it. */
export function findAsk({ files, paths }: Pick<AsksDeps, "files" | "paths">, id: string): Found {
  const text = readWhole(files, askPath(paths, bareId("ask", id)));
  const ask = text === undefined ? undefined : (parseAsk(id, text) ?? "damaged");
  const answer = readAnswer(files, paths, id);
  return { ask, answer: ask === undefined && answer === undefined ? archivedAnswer(files, paths, id) : answer };
}

/** Whether an ask is there and its answer is not. Reads neither: who waits looks often. */
export function isPending({ files, paths }: Pick<AsksDeps, "files" | "paths">, id: string): boolean {
  return files.stat(askPath(paths, id)) !== undefined && files.stat(answerPath(paths, id)) === undefined;
}

/**
 * Answers an ask; of several at once exactly one does. Throws when there is no such ask (exit 4), when it is answered
 * already (exit 5), when this cannot be an answer to it (exit 2), or when it is a parked move that waited too long (exit 7).
 */
export function answerAsk(edge: AsksDeps, id: string, text: string, by: Answer["by"]): Answered {
  const { files, clock, paths } = edge;
  const { ask, answer: other } = findAsk(edge, id);
  if (ask === undefined) throw other === undefined ? noSuchAsk(edge, id) : answeredAlready(id, other);
  if (ask === "damaged") throw isDamaged(paths, id);
  if (isExpired(ask, clock.now())) throw tooLate(id);
  // What was said in a terminal is no choice from a list.
  const said = by === "attach" ? text.trim() : answerTo(ask, text);
  const answer: Answer = { ask: id, text: said, ts: iso(clock), by };
  files.makeDir(paths.answers);
  // One that nobody can read answers nothing, and must not stand in the way. It is kept beside.
  if (other === "damaged") files.rename(answerPath(paths, id), `${answerPath(paths, id)}.damaged`);
  if (!files.create(answerPath(paths, id), renderAnswer(answer))) {
    throw answeredAlready(id, readAnswer(files, paths, id));
  }
  if (files.stat(askPath(paths, id)) !== undefined) return { ask, answer };
  // A quick asker has collected it by now; or it had collected another one already, and ours came too late.
  const held = archivedAnswer(files, paths, id);
  if (held !== undefined && held.text === answer.text && held.ts === answer.ts) return { ask, answer };
  files.remove(answerPath(paths, id));
  throw held === undefined ? noSuchAsk(edge, id) : answeredAlready(id, held);
}

/**
 * Ends an ask: it goes to the archive with its answer and `outcome`, a few words on what became of it. Repeating it is
 * fine, and after a crash in the middle necessary.
 */
export function archiveAsk({ files, clock, paths }: AsksDeps, id: string, outcome: string): void {
  const text = readWhole(files, askPath(paths, id));
  if (text === undefined) return;
  const ask = parseAsk(id, text);
  const answer = readAnswer(files, paths, id);
  const over = { v: 1, ...(ask ?? { id, raw: text }), answer: answer ?? null, outcome, over: iso(clock) };
  files.makeDir(paths.asked);
  files.create(archivePath(paths, id), `${JSON.stringify(over)}\n`);
  // In this order: an ask without its answer would be asked again.
  files.remove(askPath(paths, id));
  files.remove(answerPath(paths, id));
}

/** Removes what a crash left behind, and the oldest of the archive. */
export function archiveResolvedAsks({ files, clock, paths }: AsksDeps): void {
  const isOld = (path: string) => clock.now() - (files.stat(path)?.mtimeMs ?? clock.now()) > DEBRIS_MS;
  for (const id of files.list(paths.answers).flatMap((name) => idOf(name, ENDING) ?? [])) {
    const isDebris = files.stat(askPath(paths, id)) === undefined && isOld(answerPath(paths, id));
    if (isDebris) files.remove(answerPath(paths, id));
  }
  const over = files.list(paths.asked).map((name) => join(paths.asked, name));
  if (over.length <= KEPT) return;
  const aged = over.map((path) => ({ path, mtimeMs: files.stat(path)?.mtimeMs ?? 0 }));
  aged.sort((one, other) => one.mtimeMs - other.mtimeMs);
  for (const { path } of aged.slice(0, over.length - KEPT)) files.remove(path);
}

function readAnswer(files: Files, paths: Paths, id: string): Answer | "damaged" | undefined {
  const text = readWhole(files, answerPath(paths, id));
  return text === undefined ? undefined : (parseAnswer(id, text) ?? "damaged");
}

function archivedAnswer(files: Files, paths: Paths, id: string): Answer | undefined {
  const over = parseJson(readWhole(files, archivePath(paths, id)) ?? "");
  return isRecord(over) && isRecord(over["answer"])
    ? parseAnswer(id, JSON.stringify({ ...over["answer"], v: 1 }))
    : undefined;
}

/** The text of a record; "" for what is there but no readable file, so that one bad record does not hide the others. */
function readWhole(files: Files, path: string): string | undefined {
  try {
    return files.read(path);
  } catch (error) {
    expected(error);
    return "";
  }
}

function askPath(paths: Paths, id: string): string {
  return join(paths.asks, `${id}${ENDING}`);
}

function answerPath(paths: Paths, id: string): string {
  return join(paths.answers, `${id}${ENDING}`);
}

function archivePath(paths: Paths, id: string): string {
  return join(paths.asked, `${id}${ENDING}`);
}

function iso(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}

function noSuchAsk({ files, paths }: AsksDeps, id: string): LooopError {
  const { pending } = readAsks({ files, paths });
  const some = pending.slice(0, 10).map((ask) => ask.id);
  return new LooopError({
    message: `Cannot find the ask ${id}: no such ask`,
    hint: some.length === 0 ? "Nothing is asked" : `Asked are: ${some.join(", ")}. Run \`looop asks\` to see them`,
    exit: EXIT.notFound,
  });
}

function answeredAlready(id: string, answer: Answer | "damaged" | undefined): LooopError {
  const what = answer === undefined || answer === "damaged" ? "" : ` (${answer.ts}, by ${answer.by})`;
  return new LooopError({
    message: `Cannot answer ${id}: it is answered already${what}`,
    hint: "The first answer holds; say more with `looop tell <worker> <msg>`",
    exit: EXIT.busy,
  });
}

function tooLate(id: string): LooopError {
  return new LooopError({
    message: `Cannot answer ${id}: it has waited for more than 7 days, which means no`,
    hint: "The next beat closes it; do it yourself if it shall be done",
    exit: EXIT.held,
  });
}

function isDamaged(paths: Paths, id: string): LooopError {
  return new LooopError({
    message: `Cannot answer ${id}: its record is damaged, so nobody knows what it asks`,
    hint: `Look at ${askPath(paths, id)}; remove it to end the wait`,
    exit: EXIT.failed,
  });
}
