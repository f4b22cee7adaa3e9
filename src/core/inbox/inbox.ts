import type { Failure } from "../beat/backoff.ts";
import { askIdInNote, SEVERITIES } from "../mailbox/ask.ts";
import { type AskRow, answerHint } from "../mailbox/ask-rows.ts";
import { loginFor } from "../runner/built-in.ts";
import type { Worker } from "../session/session.ts";
import { shellQuote } from "../shell/quote.ts";
import { clip, plain, plainLine } from "../text.ts";
import type { InboxItem } from "./item.ts";

/** A problem in words, and what to type. */
export interface Trouble {
  readonly message: string;
  readonly hint: string;
}

/** Everything that was found to wait for the person, before it is put into one list. */
export interface Found {
  /** The text before `looop` in a command; see `commandPrefix`. */
  readonly prefix: string;
  /** The process of a pulse that ended without being stopped. */
  readonly deadPulse: { readonly id: string; readonly lastBeatMs: number | undefined } | undefined;
  /** The config that cannot be used. */
  readonly config: Trouble | undefined;
  /** The reason why nothing may be spent. */
  readonly hold: Hold | undefined;
  /** The last failed decide, when none has succeeded since. */
  readonly failure: Failure | undefined;
  /** The last beat, when it failed before it could decide. */
  readonly brokenBeat: (Trouble & { readonly atMs: number }) | undefined;
  /** Files that cannot be understood, as paths. */
  readonly damaged: readonly string[];
  readonly asks: readonly AskRow[];
  readonly flagged: readonly Worker[];
  readonly attention: {
    readonly lines: readonly string[];
    readonly sinceMs: number | undefined;
    readonly path: string;
  };
  readonly sensors: readonly FailingSensor[];
}

/** A hold on spending. */
export interface Hold {
  readonly reason: string;
  /** The time at which it ends by itself; undefined when only the person ends it. */
  readonly untilMs: number | undefined;
  /** `freeze`: `freeze --all`; `record`: a hold that is on disk; `damage`: records of spending that are damaged; `cap`: a cap. */
  readonly by: "freeze" | "record" | "damage" | "cap";
}

export interface FailingSensor {
  readonly name: string;
  readonly message: string;
  readonly stderr: string;
  readonly sinceMs: number | undefined;
}

/** Returns the inbox: each thing once, the most urgent first, and of those the one that waits longest. */
export function inboxOf(found: Found): InboxItem[] {
  const items = [
    ...pulseItems(found),
    ...configItems(found),
    ...holdItems(found),
    ...failureItems(found),
    ...damageItems(found),
    ...found.asks.filter(({ state }) => state !== "answered").map((ask) => askItem(found, ask)),
    ...flagItems(found),
    ...attentionItems(found),
    ...found.sensors.map((sensor) => sensorItem(found, sensor)),
  ];
  return items.map((item) => ({ ...item, id: plainLine(item.id) })).sort(byUrgency);
}

function byUrgency(one: InboxItem, other: InboxItem): number {
  const sooner = SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity);
  return sooner === 0 ? (one.sinceMs ?? 0) - (other.sinceMs ?? 0) : sooner;
}

function pulseItems({ deadPulse, prefix }: Found): InboxItem[] {
  if (deadPulse === undefined) return [];
  const { id, lastBeatMs } = deadPulse;
  const title = "the pulse died: nothing is watched, and no schedule runs";
  const commands = [`${prefix}looop up`, `${prefix}looop log pulse`];
  return [
    { ...OF_LOOP, id: `pulse:${id}`, kind: "pulse", severity: "now", sinceMs: lastBeatMs, title, detail: [], commands },
  ];
}

const OF_LOOP = { worker: undefined } as const;

function configItems({ config }: Found): InboxItem[] {
  if (config === undefined) return [];
  const { message, hint } = config;
  const [title = "", ...detail] = lines(message);
  return [
    {
      ...OF_LOOP,
      id: `config:${message}`,
      kind: "config",
      severity: "now",
      sinceMs: undefined,
      title,
      detail,
      commands: lines(hint),
    },
  ];
}

/** A hold that a question of the loop is about is that question. */
function holdItems({ asks, hold, prefix }: Found): InboxItem[] {
  if (hold === undefined || asks.some(({ kind, state }) => kind === "grant" && state !== "answered")) return [];
  const { by, reason, untilMs } = hold;
  const ends = HOLD_ENDS[by].replace(/^looop/, `${prefix}looop`);
  const words = plainLine(reason);
  return [
    {
      ...OF_LOOP,
      id: `hold:${by} ${untilMs ?? ""}`.trimEnd(),
      kind: "hold",
      severity: HOLD_SEVERITY[by],
      sinceMs: undefined,
      // Some reasons end with the command that is shown below.
      title: `held: ${words.endsWith(`: ${ends}`) ? words.slice(0, -ends.length - 2) : words}`,
      detail: [],
      commands: [ends, ...(by === "freeze" ? [] : [`${prefix}looop cost today`])],
    },
  ];
}

const HOLD_ENDS = {
  freeze: "looop thaw --all",
  record: "looop thaw --all",
  damage: "looop doctor --fix",
  cap: "raise the cap in the config, under [budget], or wait",
} as const;

const HOLD_SEVERITY = { freeze: "whenever", record: "now", damage: "now", cap: "soon" } as const;

/** Failures in a row from which on looop's own tries are not expected to help. */
const MANY_FAILURES = 3;

/** The part of an error that is shown: lines, and characters a line. */
const ERROR_LINES = 8;
const ERROR_CHARS = 300;

function failureItems({ brokenBeat, config, failure, prefix }: Found): InboxItem[] {
  if (brokenBeat !== undefined && config === undefined) {
    const { atMs, hint, message } = brokenBeat;
    const [title = "", ...detail] = errorLines(message);
    return [
      {
        ...OF_LOOP,
        id: `failure:${message}`,
        kind: "failure",
        severity: "now",
        sinceMs: atMs,
        title,
        detail,
        commands: lines(hint),
      },
    ];
  }
  if (failure === undefined) return [];
  const login = loginFor(failure.runner, failure.error);
  const isForPerson = login !== undefined || failure.limit?.kind === "credit" || failure.failures >= MANY_FAILURES;
  if (!isForPerson) return [];
  const { failures, runId, runner } = failure;
  const count = failures === 1 ? "the last beat failed" : `the last ${failures} beats failed`;
  const what = login === undefined ? count : `${runner ?? "the runner"} is not logged in: ${count}`;
  return [
    {
      ...OF_LOOP,
      // The next failure in a row is the same item.
      id: `failure:${runner ?? ""}`,
      kind: "failure",
      severity: "now",
      sinceMs: failure.atMs,
      title: what,
      detail: errorLines(failure.error),
      commands: [...(login === undefined ? [] : [login]), `${prefix}looop why ${runId}`.trimEnd()],
    },
  ];
}

function errorLines(error: string): string[] {
  return lines(error)
    .slice(0, ERROR_LINES)
    .map((line) => clip(line, ERROR_CHARS));
}

/** Returns the lines that are not blank, safe to print. */
function lines(text: string): string[] {
  return plain(text)
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "");
}

/** The number of damaged files that are named. */
const MAX_DAMAGED = 10;

function damageItems({ damaged, prefix }: Found): InboxItem[] {
  return damaged.slice(0, MAX_DAMAGED).map((path) => ({
    ...OF_LOOP,
    id: `damage:${path}`,
    kind: "damage",
    severity: "soon",
    sinceMs: undefined,
    title: `cannot understand ${plainLine(path)}: repair or remove it`,
    detail: [],
    commands: [`${prefix}looop doctor`],
  }));
}

function askItem({ flagged, prefix }: Found, row: AskRow): InboxItem {
  const { id, options, prompt, ref, severity, state, ts, worker } = row;
  const [first = "", ...more] = plain(prompt).trim().split("\n");
  const gone = state === "stranded" ? ", which is gone" : "";
  const choices = options.map(plainLine).join(", ");
  const isAttachable = worker !== null && flagged.some((it) => it.id === worker && it.alive);
  return {
    id: `ask:${id}`,
    kind: "ask",
    severity: SEVERITIES.find((it) => it === severity) ?? "soon",
    worker: worker ?? undefined,
    sinceMs: Date.parse(ts),
    title: `${id}  ${plainLine(worker ?? "looop")}${gone} asks: ${first.trimEnd()}`,
    detail: [
      ...more.map((line) => line.trimEnd()),
      ...(ref === null ? [] : [`see:     ${plainLine(ref)}`]),
      ...(choices === "" ? [] : [`options: ${choices}`]),
    ],
    commands: [answerHint(row, prefix), ...(isAttachable ? [`${prefix}looop attach ${worker}`] : [])],
  };
}

/** A flag that only shows an ask is that ask. */
function flagItems({ asks, flagged, prefix }: Found): InboxItem[] {
  const isShown = ({ id, note }: Worker) => asks.some((ask) => ask.worker === id && ask.id === askIdInNote(note));
  return flagged
    .filter((worker) => !isShown(worker))
    .map(({ flaggedAtMs, id, isSeenWaiting, note = "" }) => ({
      id: `flag:${id}:${flaggedAtMs ?? 0}`,
      kind: isSeenWaiting === true ? "dialog" : "flag",
      severity: "now",
      worker: id,
      sinceMs: flaggedAtMs,
      title: note === "" ? id : `${id}: ${plainLine(note)}`,
      detail: [],
      commands: [`${prefix}looop attach ${id}`],
    }));
}

function attentionItems({ attention: { lines: found, path, sinceMs } }: Found): InboxItem[] {
  const [title, ...detail] = found;
  if (title === undefined) return [];
  const commands = [`$EDITOR ${plainLine(shellQuote(path))}`];
  return [
    {
      ...OF_LOOP,
      id: `attention:${found.join("\n")}`,
      kind: "attention",
      severity: "soon",
      sinceMs,
      title,
      detail,
      commands,
    },
  ];
}

function sensorItem({ prefix }: Found, { message, name, sinceMs, stderr }: FailingSensor): InboxItem {
  return {
    ...OF_LOOP,
    id: `sensor:${name}:${message}`,
    kind: "sensor",
    severity: "whenever",
    sinceMs,
    title: `sensor ${plainLine(name)}: ${plainLine(message)}`,
    detail: errorLines(stderr),
    commands: [`${prefix}looop sensor show ${plainLine(name)}`],
  };
}
