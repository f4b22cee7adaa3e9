import {
  array,
  boolean,
  check,
  custom,
  type GenericIssue,
  integer,
  maxValue,
  minValue,
  nonEmpty,
  number,
  optional,
  picklist,
  pipe,
  record,
  safeParse,
  strictObject,
  string,
  trim,
} from "valibot";
import { MAX_SECONDS } from "../duration.ts";
import type { Gates } from "../gate/gate.ts";
import { type Budget, hasCap, OWN_COMMAND } from "../money/budget.ts";
import { MAX_CALL_USD } from "../money/call.ts";
import type { Prices } from "../money/prices.ts";
import { MOVES, type MoveKind } from "../move/move.ts";
import { isBareId } from "../names.ts";
import { BUILT_IN } from "../runner/built-in.ts";
import type { DecideMode, Runner } from "../runner/runner.ts";
import { isPattern } from "../shell/simple-command.ts";
import { isCollector } from "../telemetry/collector.ts";

/** The settings of a person, complete: what the file leaves out is as built in. */
export interface Config {
  /** The file that was read, or the one that would be. */
  readonly path: string;
  /** The runner that decides. */
  readonly default: string;
  /** Seconds between beats; undefined leaves it to the fallback. */
  readonly interval: number | undefined;
  /** The same after a beat that acted. */
  readonly busy_interval: number | undefined;
  /** The same while a worker lives. */
  readonly active_interval: number | undefined;
  /** How long the record of a finished worker is kept, in seconds. */
  readonly session_ttl: number;
  /** Whether what policy and journal were is kept, when git is there. */
  readonly memory: { readonly git: boolean };
  /** Whether a flag opens a tmux window, where there is a tmux to open it in. */
  readonly tmux: boolean;
  /** By name: the built-in ones, changed and joined by the file's. */
  readonly runners: Readonly<Record<string, Runner>>;
  /** Whether the runner proposes one typed move, or acts with its own tools. */
  readonly mode: DecideMode;
  readonly gates: Gates;
  /** What may be spent; undefined when the file has no such table: then there is no cap. */
  readonly budget: Budget | undefined;
  /** What models cost, by the beginning of their names; they go before the built-in ones. */
  readonly prices: Prices;
  /** The OpenTelemetry collector that is told what calls take; undefined when none is. */
  readonly otlp: string | undefined;
}

/** Three days: long enough to look at a transcript after a weekend. */
export const SESSION_TTL = 259_200;

const SECONDS = `a whole number of seconds, 1 to ${MAX_SECONDS}`;
const COMMAND = "a shell command as text";

const seconds = pipe(number(SECONDS), integer(SECONDS), minValue(1, SECONDS), maxValue(MAX_SECONDS, SECONDS));
const command = pipe(string(COMMAND), trim(), nonEmpty(COMMAND));
/** In the ledger that name stands for what is no runner, and is free of what is asked of one. */
const TAKEN = `another name than "${OWN_COMMAND}", which stands for workers with a command of their own`;
const name = pipe(
  string("the name of a runner"),
  check(isBareId, "a name of 1 to 58 letters, digits, . _ and -"),
  check((text) => text !== OWN_COMMAND, TAKEN),
);

/** valibot takes a list for an object, so lists are refused before. */
const table = (expected: string) =>
  custom<Record<string, unknown>>(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    expected,
  );

const RUNNER = {
  tick: optional(command),
  decide: optional(command),
  interactive: optional(command),
  resume: optional(command),
};
const runner = pipe(table("a table with tick, decide, interactive, resume"), strictObject(RUNNER));
const DECIDE = { mode: optional(picklist(["typed", "agent"], '"typed" or "agent"')) };
const PATTERN = "one simple command; * may stand in its words, not in the first";
const verdict = optional(picklist(["allow", "ask", "refuse"], '"allow", "ask" or "refuse"'));
const GATES = {
  allow: optional(pipe(array(pipe(string(PATTERN), check(isPattern, PATTERN)), "a list of command patterns"))),
  ...(Object.fromEntries(Object.keys(MOVES).map((kind) => [kind, verdict])) as Record<MoveKind, typeof verdict>),
};
const USD = `an amount of USD, 0 (nothing may spend) to ${MAX_CALL_USD}`;
const usd = pipe(number(USD), minValue(0, USD), maxValue(MAX_CALL_USD, USD));
const goal = pipe(string("the id of a goal"), check(isBareId, "the id of a goal"));
const BUDGET = {
  day_usd: optional(usd),
  beat_usd: optional(usd),
  worker_usd: optional(usd),
  goal_usd: optional(pipe(table("a table of goals with USD each"), record(goal, usd))),
  on_breach: optional(picklist(["freeze", "stop"], '"freeze" or "stop"')),
  unknown: optional(picklist(["allow", "ask", "deny"], '"allow", "ask" or "deny"')),
};
const PER_MILLION = "USD for a million tokens, from 0 on";
const rate = pipe(number(PER_MILLION), minValue(0, PER_MILLION), maxValue(MAX_CALL_USD, PER_MILLION));
const PRICE = { input: rate, output: rate, cache_read: optional(rate), cache_write: optional(rate) };
const priced = pipe(table("a table with input and output"), strictObject(PRICE));
const OTLP = "the address of a collector, like http://127.0.0.1:4318";
const TELEMETRY = { otlp: optional(pipe(string(OTLP), check(isCollector, OTLP))) };
const MEMORY = { git: optional(boolean("true or false")) };
const CONFIG = {
  default: optional(name),
  interval: optional(seconds),
  busy_interval: optional(seconds),
  active_interval: optional(seconds),
  session_ttl: optional(seconds),
  tmux: optional(boolean("true or false")),
  memory: optional(pipe(table("a table with git"), strictObject(MEMORY))),
  runners: optional(pipe(table("a table of runners"), record(name, runner))),
  decide: optional(pipe(table("a table with mode"), strictObject(DECIDE))),
  gates: optional(pipe(table("a table of gates"), strictObject(GATES))),
  budget: optional(pipe(table("a table of caps"), strictObject(BUDGET))),
  prices: optional(pipe(table("a table of models"), record(string("the name of a model"), priced))),
  telemetry: optional(pipe(table("a table with otlp"), strictObject(TELEMETRY))),
};

/** The settings of each table that has some of its own; a runner's are those of any. */
const TABLES: Readonly<Record<string, object>> = {
  ...{ runners: RUNNER, decide: DECIDE, gates: GATES, memory: MEMORY },
  ...{ budget: BUDGET, prices: PRICE, telemetry: TELEMETRY },
};
const schema = pipe(table("a table of settings"), strictObject(CONFIG));

/** The names of all settings: `interval`, `memory.git`, and of any runner or model `runners.tick`, `prices.input`. */
export function settingNames(): string[] {
  return Object.keys(CONFIG).flatMap((key) => {
    const own = TABLES[key];
    return own === undefined ? [key] : Object.keys(own).map((name) => `${key}.${name}`);
  });
}

/** What is wrong at one place of a config. */
export interface Mistake {
  readonly path: readonly string[];
  /** What should be there; undefined when nothing should, because no setting has this name. */
  readonly expected: string | undefined;
  /** The names that would have been right in this place. */
  readonly known: readonly string[];
  readonly found: string;
}

/** A config from what a file said, or every mistake in it. */
export function parseConfig(value: unknown, path: string): Config | readonly Mistake[] {
  const result = safeParse(schema, value);
  if (!result.success) return result.issues.map(mistake);
  const { default: active, interval, busy_interval, active_interval, session_ttl, memory, runners } = result.output;
  const { allow, ...overrides } = result.output.gates ?? {};
  return {
    path,
    default: active ?? "claude",
    interval,
    busy_interval,
    active_interval,
    session_ttl: session_ttl ?? SESSION_TTL,
    memory: { git: memory?.git ?? true },
    tmux: result.output.tmux ?? true,
    runners: merged(runners ?? {}),
    mode: result.output.decide?.mode ?? "agent",
    gates: { allow: allow ?? [], overrides: given(overrides) },
    prices: pricesOf(result.output.prices ?? {}),
    otlp: result.output.telemetry?.otlp,
    budget: result.output.budget === undefined ? undefined : budgetOf(result.output.budget),
  };
}

/** What a table leaves out of the cache costs as any other input. */
function pricesOf(own: Readonly<Record<string, GivenPrice>>): Prices {
  const entries = Object.entries(own).map(([model, { input, output, cache_read, cache_write }]) => {
    return [model, { input, output, cacheRead: cache_read ?? input, cacheWrite: cache_write ?? input }] as const;
  });
  return Object.fromEntries(entries);
}

interface GivenPrice {
  readonly input: number;
  readonly output: number;
  readonly cache_read?: number | undefined;
  readonly cache_write?: number | undefined;
}

function budgetOf(
  table: {
    readonly [key in "day_usd" | "beat_usd" | "worker_usd"]?: number | undefined;
  } & {
    readonly goal_usd?: Record<string, number> | undefined;
    readonly on_breach?: Budget["onBreach"] | undefined;
    readonly unknown?: Budget["unknown"] | undefined;
  },
): Budget {
  const { day_usd: dayUsd, beat_usd: beatUsd, worker_usd: workerUsd, goal_usd: goalUsd = {} } = table;
  const caps = { dayUsd, beatUsd, workerUsd, goalUsd };
  const { on_breach: onBreach = "freeze", unknown = hasCap(caps) ? "ask" : "allow" } = table;
  return { ...caps, onBreach, unknown };
}

/** Without the keys that are there but say nothing. */
function given<T>(settings: Readonly<Record<string, T | undefined>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

/** A file may replace one command of a built-in runner and keep the others. */
function merged(own: Readonly<Record<string, Given>>): Record<string, Runner> {
  const all: Record<string, Runner> = { ...BUILT_IN };
  for (const [key, runner] of Object.entries(own)) {
    const set = Object.entries(runner).filter(([, text]) => text !== undefined);
    all[key] = { ...(Object.hasOwn(BUILT_IN, key) ? BUILT_IN[key] : {}), ...Object.fromEntries(set) };
  }
  return all;
}

type Given = { readonly [key in keyof Runner]?: string | undefined };

const FOUND: Readonly<Record<string, string>> = { Array: "a list", Object: "a table" };

function mistake(issue: GenericIssue): Mistake {
  const path = (issue.path ?? []).map(({ key }) => String(key));
  const unknown = issue.type === "strict_object" && issue.expected === "never";
  return {
    path,
    expected: unknown ? undefined : issue.message,
    known: Object.keys((path.length > 1 ? TABLES[path[0] ?? ""] : undefined) ?? CONFIG),
    found: issue.type === "non_empty" ? "empty" : (FOUND[issue.received] ?? issue.received),
  };
}
