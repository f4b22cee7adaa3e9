import {
  array,
  boolean,
  check,
  custom,
  type GenericIssue,
  type InferOutput,
  integer,
  literal,
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
import { own } from "../json.ts";
import { type Budget, hasCap, OWN_COMMAND } from "../money/budget.ts";
import { isZone } from "../money/calendar.ts";
import { MAX_CALL_USD } from "../money/call.ts";
import type { Prices } from "../money/prices.ts";
import { MOVES, type MoveKind } from "../move/move.ts";
import { isBareId } from "../names.ts";
import type { NotifySettings } from "../notify/notify-settings.ts";
import { BUILT_IN } from "../runner/built-in.ts";
import type { DecideMode, Runner } from "../runner/runner.ts";
import { DETACH_KEYS, isDetachKeys } from "../session/keyboard/detach-keys.ts";
import { isPattern } from "../shell/command-pattern.ts";
import { isCollector } from "../telemetry/collector.ts";
import { NOTIFY, notifyOf, notifyTable } from "./notify-table.ts";

/** The person's settings, completed with the defaults. */
export interface Config {
  /** The path of the file, which may not exist. */
  readonly path: string;
  /** The runner that decides. */
  readonly default: string;
  /** Seconds between beats; undefined for the default. */
  readonly interval: number | undefined;
  /** The same after a beat that acted. */
  readonly busy_interval: number | undefined;
  /** The same while a worker lives. */
  readonly active_interval: number | undefined;
  /** The time that the record of a finished worker is kept, in seconds. */
  readonly session_ttl: number;
  /** `git`: true when the history is kept, which needs git. */
  readonly memory: { readonly git: boolean };
  /** True when a flag opens a tmux window, if a tmux server runs. */
  readonly tmux: boolean;
  /** By name: the built-in ones with the file's changes, and the person's own. */
  readonly runners: Readonly<Record<string, Runner>>;
  readonly mode: DecideMode;
  readonly gates: Gates;
  /** The time zone in which the day of the caps is counted; undefined for the one on record. */
  readonly zone: string | undefined;
  /** Undefined when the file has no such table: then there is no cap. */
  readonly budget: Budget | undefined;
  /** The person's prices by the beginning of a model's name; they take precedence over the built-in ones. */
  readonly prices: Prices;
  /** The OpenTelemetry collector to which looop sends figures of each call, if any. */
  readonly otlp: string | undefined;
  /** Where looop sends what waits for the person; undefined for nowhere. */
  readonly notify: NotifySettings | undefined;
  /** The keys that detach a terminal, like `C-a d`. */
  readonly detachKeys: string;
}

/** Three days: long enough to look at a transcript after a weekend. */
export const SESSION_TTL = 259_200;

const SECONDS = `a whole number of seconds, 1 to ${MAX_SECONDS}`;
const COMMAND = "a shell command as text";

const seconds = pipe(number(SECONDS), integer(SECONDS), minValue(1, SECONDS), maxValue(MAX_SECONDS, SECONDS));
const command = pipe(string(COMMAND), trim(), nonEmpty(COMMAND));
/** In the ledger, this name marks workers that are not of any runner. */
const TAKEN = `another name than "${OWN_COMMAND}", which the ledger uses for workers with a command of their own`;
const name = pipe(
  string("the name of a runner"),
  check(isBareId, "a name of 1 to 58 letters, digits, . _ and -"),
  check((text) => text !== OWN_COMMAND, TAKEN),
);

/** valibot accepts a list as an object, so this refuses lists first. */
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
  cost: optional(literal(0, "0, for a runner that is free")),
};
const runner = pipe(table("a table with tick, decide, interactive, resume, cost"), strictObject(RUNNER));
const DECIDE = { mode: optional(picklist(["typed", "agent"], '"typed" or "agent"')) };
const PATTERN = "one simple command; its words may contain *, but not the first";
const verdict = optional(picklist(["allow", "ask", "refuse"], '"allow", "ask" or "refuse"'));
const GATES = {
  allow: optional(pipe(array(pipe(string(PATTERN), check(isPattern, PATTERN)), "a list of command patterns"))),
  ...(Object.fromEntries(Object.keys(MOVES).map((kind) => [kind, verdict])) as Record<MoveKind, typeof verdict>),
};
const USD = `an amount of USD, 0 (nothing may spend) to ${MAX_CALL_USD}`;
const usd = pipe(number(USD), minValue(0, USD), maxValue(MAX_CALL_USD, USD));
const goal = pipe(string("the id of a goal"), check(isBareId, "the id of a goal"));
const ZONE = "the name of a time zone, like Europe/Berlin";
const BUDGET = {
  day_usd: optional(usd),
  beat_usd: optional(usd),
  worker_usd: optional(usd),
  goal_usd: optional(pipe(table("a table of goals with USD each"), record(goal, usd))),
  on_breach: optional(picklist(["freeze", "stop"], '"freeze" or "stop"')),
  unknown: optional(picklist(["allow", "ask", "deny"], '"allow", "ask" or "deny"')),
  zone: optional(pipe(string(ZONE), check(isZone, ZONE))),
};
const PER_MILLION = "USD for a million tokens, from 0 on";
const rate = pipe(number(PER_MILLION), minValue(0, PER_MILLION), maxValue(MAX_CALL_USD, PER_MILLION));
const PRICE = { input: rate, output: rate, cache_read: optional(rate), cache_write: optional(rate) };
const priced = pipe(table("a table with input and output"), strictObject(PRICE));
const OTLP = "the address of a collector, like http://127.0.0.1:4318";
const TELEMETRY = { otlp: optional(pipe(string(OTLP), check(isCollector, OTLP))) };
const DETACH = "one to three keys, the first with Ctrl, like C-a d";
const ATTACH = { detach: optional(pipe(string(DETACH), check(isDetachKeys, DETACH))) };
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
  attach: optional(pipe(table("a table with detach"), strictObject(ATTACH))),
  notify: optional(notifyTable),
};

/** The settings in each table; for `runners` and `prices`, those of one entry. */
const TABLES: Readonly<Record<string, object>> = {
  ...{ runners: RUNNER, decide: DECIDE, gates: GATES, memory: MEMORY },
  ...{ budget: BUDGET, prices: PRICE, telemetry: TELEMETRY, attach: ATTACH, notify: NOTIFY },
};
const schema = pipe(table("a table of settings"), strictObject(CONFIG));

/** Returns the names of all settings: `interval`, `memory.git`, and for any runner or model `runners.tick`, `prices.input`. */
export function settingNames(): string[] {
  return Object.keys(CONFIG).flatMap((key) => {
    const own = TABLES[key];
    return own === undefined ? [key] : Object.keys(own).map((name) => `${key}.${name}`);
  });
}

/** An invalid value or an unknown name in a config. */
export interface Mistake {
  readonly path: readonly string[];
  /** The valid values, in words; undefined when no setting has this name. */
  readonly expected: string | undefined;
  /** The names that are valid in this place. */
  readonly known: readonly string[];
  readonly found: string;
}

/** Returns the config in a parsed file, or every mistake in it. */
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
    notify: result.output.notify === undefined ? undefined : notifyOf(result.output.notify),
    detachKeys: result.output.attach?.detach ?? DETACH_KEYS,
    zone: result.output.budget?.zone,
    budget: result.output.budget === undefined ? undefined : budgetOf(result.output.budget, freeIn(runners ?? {})),
  };
}

type Settings = InferOutput<typeof schema>;

/** Cached input without a price of its own costs as much as other input. */
function pricesOf(own: NonNullable<Settings["prices"]>): Prices {
  const entries = Object.entries(own).map(([model, { input, output, cache_read, cache_write }]) => {
    return [model, { input, output, cacheRead: cache_read ?? input, cacheWrite: cache_write ?? input }] as const;
  });
  return Object.fromEntries(entries);
}

/** Returns the names of the runners that the person says are free. */
function freeIn(runners: NonNullable<Settings["runners"]>): string[] {
  return Object.entries(runners).flatMap(([key, { cost }]) => (cost === 0 ? [key] : []));
}

function budgetOf(table: NonNullable<Settings["budget"]>, freeRunners: readonly string[]): Budget {
  const { day_usd: dayUsd, beat_usd: beatUsd, worker_usd: workerUsd, goal_usd: goalUsd = {} } = table;
  const caps = { dayUsd, beatUsd, workerUsd, goalUsd };
  const { on_breach: onBreach = "freeze", unknown = hasCap(caps) ? "ask" : "allow" } = table;
  return { ...caps, onBreach, unknown, freeRunners };
}

/** Returns `settings` without the keys whose value is undefined. */
function given<T>(settings: Readonly<Record<string, T | undefined>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

/** A file may replace single commands of a built-in runner. */
function merged(runners: NonNullable<Settings["runners"]>): Record<string, Runner> {
  const changed = Object.entries(runners).map(([key, { cost: _cost, ...runner }]) => [
    key,
    { ...own(BUILT_IN, key), ...given(runner) },
  ]);
  return { ...BUILT_IN, ...Object.fromEntries(changed) };
}

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
