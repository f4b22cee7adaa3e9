import { expected, type LooopError } from "../../core/error.ts";
import { type Found, inboxOf, type Trouble } from "../../core/inbox/inbox.ts";
import { type InboxItem, itemLines } from "../../core/inbox/item.ts";
import { askState } from "../../core/mailbox/ask.ts";
import { askRows } from "../../core/mailbox/ask-rows.ts";
import { clip } from "../../core/text.ts";
import { readFailure } from "../../store/beat/guards.ts";
import { deadPulseIn, readFound } from "../../store/inbox/read-found.ts";
import { spendHold } from "../../store/inbox/spend-hold.ts";
import type { Asks } from "../../store/mailbox/asks.ts";
import type { BudgetHold } from "../../store/money/reserve.ts";
import { commandPrefix } from "../../store/paths.ts";
import type { BeatOutcome } from "../context/beat-result.ts";
import type { Context, DataDeps, ProgramDeps, ReportDeps } from "../context/context.ts";
import { heldState } from "../hold/money-notice.ts";
import { popWindows } from "./tmux.ts";

/** The dependencies of surfacing. */
type SurfaceDeps = DataDeps & ReportDeps & ProgramDeps & Pick<Context, "bin" | "config" | "fleet" | "notify">;

/** The part of what waits for the person that the beat knows already. */
export interface Waiting {
  /** The end of the beat; undefined after a forced move. */
  readonly outcome?: BeatOutcome;
  /** The hold on spending. */
  readonly money: BudgetHold | undefined;
  readonly asks: Asks;
  /** Show everything, not only what is new since the last beat: a person ran this beat and looks at its output. */
  readonly showAll: boolean;
}

/** Shows what waits for the person, and reports it as an event when it changed. */
export async function surface(deps: SurfaceDeps, waiting: Waiting): Promise<void> {
  const { files, fleet, paths } = deps;
  const error = brokenBy(waiting.outcome);
  const items = inboxOf(await foundBy(deps, waiting, error));
  // The person who ran this beat reads its output.
  if (!waiting.showAll) deps.notify(items);
  const before = files.read(paths.needs) ?? "";
  const known = new Set(before.split("\n"));
  const isNew = ({ id }: InboxItem) => waiting.showAll || !known.has(mark(id));
  // The error that ended this beat has just been shown.
  const isSaid = ({ kind }: InboxItem) => error !== undefined && (kind === "config" || kind === "failure");
  show(
    deps,
    items.filter((item) => isNew(item) && !isSaid(item)),
  );
  reportNeeds(deps, items, { before, isFailed: waiting.outcome?.kind === "failed" });
  await popWindows(deps, fleet.flagged());
}

/** Returns the error of a beat that ended before it could decide. */
function brokenBy(outcome: BeatOutcome | undefined): LooopError | undefined {
  return outcome?.kind === "failed" && outcome.runId === undefined ? outcome.error : undefined;
}

async function foundBy(
  deps: SurfaceDeps,
  { asks, money, showAll }: Waiting,
  error: LooopError | undefined,
): Promise<Found> {
  const { clock, files, fleet, paths, proc } = deps;
  const failure = readFailure(files, paths);
  return readFound(files, paths, {
    asks: askRows(asks, (ask) => askState(ask, fleet.asker(ask.from))),
    brokenBeat: error === undefined ? undefined : { message: error.message, hint: error.hint, atMs: clock.now() },
    config: await configTrouble(deps),
    damaged: asks.damaged,
    // In a beat of the pulse, the pulse lives.
    deadPulse: showAll ? deadPulseIn(files, proc, paths) : undefined,
    failure: failure === "damaged" ? undefined : failure,
    flagged: fleet.flagged(),
    hold: spendHold(files, paths, { held: heldState(deps, money) }, clock.now()),
  });
}

async function configTrouble({ config }: SurfaceDeps): Promise<Trouble | undefined> {
  try {
    await config();
    return undefined;
  } catch (error) {
    expected(error);
    return { message: error.message, hint: error.hint };
  }
}

/** The number of items that are shown. */
const MAX_SHOWN = 20;

function show({ clock, log, paths }: SurfaceDeps, items: readonly InboxItem[]): void {
  if (items.length === 0) return;
  log.line("NEEDS YOU", "yellow");
  for (const line of items.slice(0, MAX_SHOWN).flatMap((item) => itemLines(item, clock.now())))
    log.line(`  ${line}`, line.startsWith("⚑") ? "yellow" : undefined);
  const more = items.length - MAX_SHOWN;
  if (more > 0) log.line(`  (${more} more: ${commandPrefix(paths)}looop inbox)`);
}

/** The longest mark of an item in {@linkcode reportNeeds}, in characters: an id may hold a whole error. */
const MARK_CHARS = 200;

/** Returns the id of an item as one line of the file of those that were shown. */
function mark(id: string): string {
  return clip(id.replaceAll("\n", " "), MARK_CHARS);
}

/** The items that were reported last, and if the beat has failed, which most likely reported the same problem. */
interface Before {
  readonly before: string;
  readonly isFailed: boolean;
}

/** Writes an event when the items differ from those last reported: a flag that stays up is reported once. */
function reportNeeds(
  { event, files, paths }: SurfaceDeps,
  items: readonly InboxItem[],
  { before, isFailed }: Before,
): void {
  const now = items.map(({ id }) => `${mark(id)}\n`).join("");
  if (now === before) return;
  try {
    files.write(paths.needs, now);
    if (items.length > 0) event("needs_you", needsOf(items));
  } catch (error) {
    expected(error);
    if (!isFailed) throw error;
  }
}

function needsOf(items: readonly InboxItem[]): Readonly<Record<string, unknown>> {
  const count = (...kinds: string[]) => items.filter(({ kind }) => kinds.includes(kind)).length;
  return {
    flags: count("flag", "dialog"),
    asks: count("ask"),
    attention: count("attention") > 0,
    items: items.length,
    kinds: [...new Set(items.map(({ kind }) => kind))],
  };
}
