import { join } from "node:path";
import { EXIT, LooopError } from "../../core/error.ts";
import { isRecord, parseJson } from "../../core/json.ts";
import { isExpired, YES_NO } from "../../core/mailbox/approval.ts";
import {
  type Answer,
  type Answered,
  type Ask,
  answerTo,
  boundText,
  byUrgency,
  LOOOP,
  type ParkedMove,
  parseAnswer,
  parseAsk,
  renderAnswer,
  renderAsk,
} from "../../core/mailbox/ask.ts";
import { askId } from "../../core/mailbox/ask-id.ts";
import { bareId } from "../../core/names.ts";
import type { Clock, Files, Sha256 } from "../../sys/sys.ts";
import { idOf, type Paths } from "../paths.ts";
import { readOrEmpty } from "../read-text.ts";

/**
 * Questions to the person, one JSON file each: `asks/<id>.json`, its answer `answers/<id>.json`, and after it is
 * resolved `asks/archive/<id>.json` with both. Workers and the loop ask; the person and the approval of moves answer.
 * Each file is created atomically and only once, so the first answer wins.
 */

const ENDING = ".json";

/** How many ids are tried: far more than the asks of one millisecond. */
const ID_ATTEMPTS = 1_000;

/** How many archived asks are kept. */
const ARCHIVE_MAX = 1_000;

/** An answer without its ask is removed after this time, in milliseconds; before, another process may be archiving both. */
const ORPHAN_MS = 60_000;

export interface AsksDeps {
  readonly files: Files;
  readonly clock: Clock;
  readonly paths: Paths;
}

/** All unresolved asks. */
export interface Asks {
  /** Asks without an answer, the most urgent first. */
  readonly pending: readonly Ask[];
  /** Asks whose answer was not yet delivered. */
  readonly answered: readonly Answered[];
  /** Paths, relative to the data folder, of files that cannot be parsed. */
  readonly damaged: readonly string[];
}

/** A new ask, without the fields that {@linkcode createAsk} sets. */
export type AskDraft = Omit<Ask, "id" | "ts">;

/** Asks the person. The ask is on disk when this returns. Throws when every id it tries is taken. */
export function createAsk(deps: AsksDeps, draft: AskDraft): Ask {
  const { clock, files, paths } = deps;
  const nowMs = clock.now();
  for (const folder of [paths.asks, paths.answers, paths.askArchive]) files.makeDir(folder);
  for (let attempt = 0; attempt < ID_ATTEMPTS; attempt++) {
    const id = askId(draft.kind, nowMs, attempt);
    // An old answer with this id must not become the answer to this ask.
    const usedBy = [askPath(paths, id), answerPath(paths, id), archivePath(paths, id)];
    const isUsed = usedBy.some((path) => files.stat(path) !== undefined);
    const ask = { ...draft, id, ts: new Date(nowMs).toISOString() };
    if (!isUsed && files.create(askPath(paths, id), renderAsk(ask))) return ask;
  }
  throw new LooopError({
    message: `Cannot ask: ${ID_ATTEMPTS} ids in ${paths.asks} are taken`,
    hint: "Answer some with `looop answer`",
    exit: EXIT.failed,
  });
}

/** Asks the person to approve a move, which stays pending until the answer. */
export function createApprovalAsk(deps: AsksDeps, prompt: string, parked: ParkedMove): Ask {
  return createAsk(deps, { kind: "approval", from: LOOOP, prompt, options: YES_NO, severity: "soon", parked });
}

/** Reads all unresolved asks. */
export function readAsks({ files, paths }: Pick<AsksDeps, "files" | "paths">): Asks {
  const ids = files.list(paths.asks).flatMap((name) => idOf(name, ENDING) ?? []);
  const answeredIds = new Set(
    ids.length === 0 ? [] : files.list(paths.answers).flatMap((it) => idOf(it, ENDING) ?? []),
  );
  const pending: Ask[] = [];
  const answered: Answered[] = [];
  const damaged: string[] = [];
  for (const id of ids) {
    const text = readOrEmpty(files, askPath(paths, id));
    if (text === undefined) continue; // archived since the folder was listed
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

/** One ask and its answer. `ask` is undefined once the ask is archived. */
export interface FoundAsk {
  readonly ask: Ask | "damaged" | undefined;
  readonly answer: Answer | "damaged" | undefined;
}

/** Finds one ask and its answer, in the archive too: another process may have archived them. */
export function findAsk({ files, paths }: Pick<AsksDeps, "files" | "paths">, id: string): FoundAsk {
  const text = readOrEmpty(files, askPath(paths, bareId("ask", id)));
  const ask = text === undefined ? undefined : (parseAsk(id, text) ?? "damaged");
  const answer = readAnswer(files, paths, id);
  return { ask, answer: ask === undefined && answer === undefined ? archivedAnswer(files, paths, id) : answer };
}

/** True when the ask exists and its answer does not. Opens no file, because a waiting ask checks this often. */
export function isPending({ files, paths }: Pick<AsksDeps, "files" | "paths">, id: string): boolean {
  return files.stat(askPath(paths, id)) !== undefined && files.stat(answerPath(paths, id)) === undefined;
}

/**
 * Answers an ask. Of several answers at once exactly one is stored. Throws when there is no such ask (exit 4), when it
 * has an answer (exit 5), when `text` is not a valid answer (exit 2), and when a pending move has expired or what was typed
 * in a terminal would answer an ask of the loop (exit 7).
 */
export function answerAsk(
  deps: AsksDeps & { readonly sha256: Sha256 },
  id: string,
  text: string,
  by: Answer["by"],
): Answered {
  const { files, clock, paths, sha256 } = deps;
  const { ask, answer: other } = findAsk(deps, id);
  if (ask === undefined) throw other === undefined ? noSuchAsk(deps, id) : answeredAlready(id, other);
  if (ask === "damaged") throw isDamaged(paths, id);
  if (by === "attach" && ask.kind !== "worker") throw isNotTyped(id);
  if (isExpired(ask, clock.now())) throw hasExpired(id);
  // Words typed in a terminal need not match an option.
  const answerText = by === "attach" ? text.trim() : answerTo(ask, text);
  const answer: Answer = { ask: id, text: answerText, ts: iso(clock), by, shown: sha256(boundText(ask)) };
  files.makeDir(paths.answers);
  // A damaged answer must not block a new one. It is kept under another name.
  if (other === "damaged") files.rename(answerPath(paths, id), `${answerPath(paths, id)}.damaged`);
  if (!files.create(answerPath(paths, id), renderAnswer(answer))) {
    throw answeredAlready(id, readAnswer(files, paths, id));
  }
  if (files.stat(askPath(paths, id)) !== undefined) return { ask, answer };
  // The ask was archived meanwhile: either with our answer, or with an earlier one, and then ours is too late.
  const archived = archivedAnswer(files, paths, id);
  if (archived !== undefined && archived.text === answer.text && archived.ts === answer.ts) return { ask, answer };
  files.remove(answerPath(paths, id));
  throw archived === undefined ? noSuchAsk(deps, id) : answeredAlready(id, archived);
}

/**
 * Moves an ask and its answer to the archive, with `outcome`: a few words on how it was resolved. Safe to repeat; after a
 * crash in the middle, repeating it finishes the move.
 */
export function archiveAsk({ files, clock, paths }: AsksDeps, id: string, outcome: string): void {
  const text = readOrEmpty(files, askPath(paths, id));
  if (text === undefined) return;
  const ask = parseAsk(id, text);
  const answer = readAnswer(files, paths, id);
  const archived = { v: 1, ...(ask ?? { id, raw: text }), answer: answer ?? null, outcome, over: iso(clock) };
  files.makeDir(paths.askArchive);
  files.create(archivePath(paths, id), `${JSON.stringify(archived)}\n`);
  // The ask goes first: if a kill left it without its answer, the person would be asked again.
  files.remove(askPath(paths, id));
  files.remove(answerPath(paths, id));
}

/** Removes an answer that does not count, so that the ask is pending again. */
export function voidAnswer({ files, paths }: Pick<AsksDeps, "files" | "paths">, id: string): void {
  files.remove(answerPath(paths, id));
}

/** Removes answers whose ask is gone, which a crash can leave, and the oldest archived asks. */
export function pruneAsks({ files, clock, paths }: AsksDeps): void {
  const isOld = (path: string) => clock.now() - (files.stat(path)?.mtimeMs ?? clock.now()) > ORPHAN_MS;
  for (const id of files.list(paths.answers).flatMap((name) => idOf(name, ENDING) ?? [])) {
    const isOrphan = files.stat(askPath(paths, id)) === undefined && isOld(answerPath(paths, id));
    if (isOrphan) files.remove(answerPath(paths, id));
  }
  const archived = files.list(paths.askArchive).map((name) => join(paths.askArchive, name));
  if (archived.length <= ARCHIVE_MAX) return;
  const oldestFirst = archived.map((path) => ({ path, mtimeMs: files.stat(path)?.mtimeMs ?? 0 }));
  oldestFirst.sort((one, other) => one.mtimeMs - other.mtimeMs);
  for (const { path } of oldestFirst.slice(0, archived.length - ARCHIVE_MAX)) files.remove(path);
}

function readAnswer(files: Files, paths: Paths, id: string): Answer | "damaged" | undefined {
  const text = readOrEmpty(files, answerPath(paths, id));
  return text === undefined ? undefined : (parseAnswer(id, text) ?? "damaged");
}

function archivedAnswer(files: Files, paths: Paths, id: string): Answer | undefined {
  const archived = parseJson(readOrEmpty(files, archivePath(paths, id)) ?? "");
  return isRecord(archived) && isRecord(archived["answer"])
    ? parseAnswer(id, JSON.stringify({ ...archived["answer"], v: 1 }))
    : undefined;
}

function askPath(paths: Paths, id: string): string {
  return join(paths.asks, `${id}${ENDING}`);
}

function answerPath(paths: Paths, id: string): string {
  return join(paths.answers, `${id}${ENDING}`);
}

function archivePath(paths: Paths, id: string): string {
  return join(paths.askArchive, `${id}${ENDING}`);
}

function iso(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}

function noSuchAsk({ files, paths }: AsksDeps, id: string): LooopError {
  const { pending } = readAsks({ files, paths });
  const some = pending.slice(0, 10).map((ask) => ask.id);
  return new LooopError({
    message: `Cannot find the ask ${id}: no such ask`,
    hint: some.length === 0 ? "There are no open asks" : `Open asks: ${some.join(", ")}. List them with \`looop asks\``,
    exit: EXIT.notFound,
  });
}

function answeredAlready(id: string, answer: Answer | "damaged" | undefined): LooopError {
  const origin = answer === undefined || answer === "damaged" ? "" : ` (${answer.ts}, by ${answer.by})`;
  return new LooopError({
    message: `Cannot answer ${id}: it is answered already${origin}`,
    hint: "The first answer counts; say more with `looop tell <worker> <msg>`",
    exit: EXIT.busy,
  });
}

function hasExpired(id: string): LooopError {
  return new LooopError({
    message: `Cannot answer ${id}: it has expired after 7 days without an answer, which means no`,
    hint: "If you still want it, do it yourself",
    exit: EXIT.held,
  });
}

function isNotTyped(id: string): LooopError {
  return new LooopError({
    message: `Cannot answer ${id} by typing in a terminal: the loop asks this itself`,
    hint: `Run \`looop answer ${id} <text>\``,
    exit: EXIT.held,
  });
}

function isDamaged(paths: Paths, id: string): LooopError {
  return new LooopError({
    message: `Cannot answer ${id}: its record is damaged`,
    hint: `Look at ${askPath(paths, id)}; remove the file to end the wait`,
    exit: EXIT.failed,
  });
}
