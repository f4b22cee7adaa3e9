import type { ArgsDef, CommandDef } from "citty";

/** What a command file exports beside its `run<Verb>`. */
export interface CommandModule {
  // Each command's arguments have a type of their own; the runner only passes them through.
  // biome-ignore lint/suspicious/noExplicitAny: citty's CommandDef is invariant in its arguments.
  readonly command: CommandDef<any>;
  readonly manual?: Manual;
  /** Its words are taken as they are: none is an option of ours. */
  readonly verbatim?: true;
  /** When it returns all is over: whatever is still under way is not waited for. */
  readonly endsAtOnce?: true;
}

/** What help and the man page say beyond the summary and the options. */
export interface Manual {
  /** A paragraph or two. */
  readonly about?: string;
  readonly examples: readonly (readonly [command: string, what: string])[];
}

export interface Verb {
  readonly summary: string;
  /** Left out of help and completions: other programs call it. */
  readonly hidden?: true;
  readonly aliases?: readonly string[];
  readonly load: () => Promise<CommandModule>;
}

/** Verbs about one noun: `looop goal write`. */
export interface Group {
  readonly summary: string;
  readonly verbs: Readonly<Record<string, Verb>>;
  readonly hidden?: undefined;
  readonly aliases?: undefined;
}

/** Every command. Nothing here is loaded before it is run. */
export const TREE: Readonly<Record<string, Verb | Group>> = {
  init: { summary: "settings and a data folder, after a few questions", load: () => import("../commands/init.ts") },
  up: { summary: "start the pulse, detached", load: () => import("../commands/up.ts") },
  down: { summary: "stop the pulse; --workers stops everything", load: () => import("../commands/down.ts") },
  run: {
    summary: "run the pulse here, or one forced move for a goal",
    aliases: ["loop"],
    load: () => import("../commands/run.ts"),
  },
  tick: { summary: "one beat, here and now", load: () => import("../commands/tick.ts") },
  ls: { summary: "sessions: who works, who waits for you", load: () => import("../commands/ls.ts") },
  "start-session": { summary: "start a worker", load: () => import("../commands/start-session.ts") },
  attach: { summary: "put this terminal on a session", load: () => import("../commands/attach.ts") },
  screenshot: { summary: "what a session's screen shows", load: () => import("../commands/screenshot.ts") },
  log: { summary: "a session's transcript", load: () => import("../commands/log.ts") },
  send: { summary: "type into a session", load: () => import("../commands/send.ts") },
  kill: { summary: "end a session", load: () => import("../commands/kill.ts") },
  freeze: {
    summary: "stop a worker where it stands; --all stops everything",
    load: () => import("../commands/freeze.ts"),
  },
  thaw: { summary: "let what is frozen go on", load: () => import("../commands/thaw.ts") },
  flag: { summary: "call the person, from a worker", load: () => import("../commands/flag.ts") },
  unflag: { summary: "the question is answered", load: () => import("../commands/unflag.ts") },
  ask: { summary: "ask the person from a worker, and wait for the answer", load: () => import("../commands/ask.ts") },
  asks: { summary: "what you are asked", load: () => import("../commands/asks.ts") },
  answer: { summary: "answer an ask", load: () => import("../commands/answer.ts") },
  tell: { summary: "leave a message for a worker", load: () => import("../commands/tell.ts") },
  told: { summary: "what this worker was told", load: () => import("../commands/told.ts") },
  goal: {
    summary: "goals: write, show, list, archive",
    verbs: {
      write: { summary: "write a goal", load: () => import("../commands/goal/write.ts") },
      show: { summary: "a goal's text", load: () => import("../commands/goal/show.ts") },
      list: { summary: "which goals there are", aliases: ["ls"], load: () => import("../commands/goal/list.ts") },
      archive: { summary: "a goal is done, or given up", load: () => import("../commands/goal/archive.ts") },
    },
  },
  sensor: {
    summary: "sensors: write, show, list, archive, trust, untrust",
    verbs: {
      write: { summary: "write a sensor's script", load: () => import("../commands/sensor/write.ts") },
      show: { summary: "a sensor's script", load: () => import("../commands/sensor/show.ts") },
      list: { summary: "which sensors there are", aliases: ["ls"], load: () => import("../commands/sensor/list.ts") },
      archive: { summary: "stop running a sensor", load: () => import("../commands/sensor/archive.ts") },
      trust: { summary: "what it prints needs no second look", load: () => import("../commands/sensor/trust.ts") },
      untrust: { summary: "end that trust", load: () => import("../commands/sensor/untrust.ts") },
    },
  },
  playbook: {
    summary: "the PLAYBOOK: write, show, list, archive",
    verbs: {
      write: { summary: "replace PLAYBOOK.md", load: () => import("../commands/playbook/write.ts") },
      show: { summary: "PLAYBOOK.md, or what it was", load: () => import("../commands/playbook/show.ts") },
      list: { summary: "what is kept of before", aliases: ["ls"], load: () => import("../commands/playbook/list.ts") },
      archive: { summary: "keep a copy of it as it is now", load: () => import("../commands/playbook/archive.ts") },
    },
  },
  approve: { summary: "vouch for words that are in doubt", load: () => import("../commands/approve.ts") },
  schedule: {
    summary: "points in time that wake the loop: write, rm, list",
    verbs: {
      write: { summary: "write a schedule", load: () => import("../commands/schedule/write.ts") },
      rm: { summary: "drop a schedule", load: () => import("../commands/schedule/rm.ts") },
      list: { summary: "which there are", aliases: ["ls"], load: () => import("../commands/schedule/list.ts") },
    },
  },
  claim: { summary: "take a lease on a name", load: () => import("../commands/claim.ts") },
  unclaim: { summary: "give the lease back", load: () => import("../commands/unclaim.ts") },
  prune: { summary: "delete the records of finished sessions", load: () => import("../commands/prune.ts") },
  status: { summary: "what the loop is doing", load: () => import("../commands/status.ts") },
  state: { summary: "what the loop looks at", load: () => import("../commands/state.ts") },
  wait: { summary: "until something changes, or somebody asks you", load: () => import("../commands/wait.ts") },
  cost: { summary: "what was spent", load: () => import("../commands/cost.ts") },
  why: { summary: "why a beat did what it did, or nothing", load: () => import("../commands/why.ts") },
  replay: { summary: "ask again what a beat was asked, and do nothing", load: () => import("../commands/replay.ts") },
  history: { summary: "what was changed, by beats and by you", load: () => import("../commands/history.ts") },
  diff: { summary: "what one beat changed", load: () => import("../commands/diff.ts") },
  undo: { summary: "put back what a beat changed", load: () => import("../commands/undo.ts") },
  config: {
    summary: "runners, and completions: runners, bash, zsh, fish",
    verbs: {
      runners: {
        summary: "which model CLIs there are, and which one decides",
        load: () => import("../commands/config/runners.ts"),
      },
      bash: { summary: "completions for bash", load: () => import("../commands/config/bash.ts") },
      zsh: { summary: "completions for zsh", load: () => import("../commands/config/zsh.ts") },
      fish: { summary: "completions for fish", load: () => import("../commands/config/fish.ts") },
    },
  },
  doctor: { summary: "what is wrong, and what to type", load: () => import("../commands/doctor.ts") },
  service: {
    summary: "keep the pulse up across logins: install, uninstall, status",
    verbs: {
      install: { summary: "start the pulse now and at login", load: () => import("../commands/service/install.ts") },
      uninstall: { summary: "end that", load: () => import("../commands/service/uninstall.ts") },
      status: { summary: "whether it is kept up", load: () => import("../commands/service/status.ts") },
    },
  },
  upgrade: { summary: "bring looop up to date, or say how", load: () => import("../commands/upgrade.ts") },
  demo: { summary: "see the whole loop work, without a model", load: () => import("../commands/demo.ts") },
  help: { summary: "the manual, or the help of one command", load: () => import("../commands/help.ts") },
  version: { summary: "which looop this is", load: () => import("../commands/version.ts") },
  __supervise: {
    summary: "own one session's terminal",
    hidden: true,
    load: () => import("../commands/internal/supervise.ts"),
  },
  __complete: {
    summary: "what can be typed next",
    hidden: true,
    load: () => import("../commands/internal/complete.ts"),
  },
  __draw: { summary: "a session's screen as JSON", hidden: true, load: () => import("../commands/internal/draw.ts") },
  _pulse: { summary: "the body of `up`", hidden: true, load: () => import("../commands/internal/pulse.ts") },
  _fmt: { summary: "a runner's event stream as text", hidden: true, load: () => import("../commands/internal/fmt.ts") },
  _cost: { summary: "add one row to the ledger", hidden: true, load: () => import("../commands/internal/cost.ts") },
  _offline: {
    summary: "the built-in runner: rules, no model",
    hidden: true,
    load: () => import("../commands/internal/offline.ts"),
  },
  _look: {
    summary: "what is unfinished in a folder",
    hidden: true,
    load: () => import("../commands/internal/look.ts"),
  },
};

/** What the first words of a command line mean. */
export type ParsedCommand =
  | { readonly kind: "verb"; readonly name: string; readonly verb: Verb; readonly rest: readonly string[] }
  | { readonly kind: "group"; readonly name: string; readonly group: Group; readonly rest: readonly string[] };

/** The verb or the group of verbs that `words` begin with, aliases included; a group when its verb is not known. */
export function resolveCommand(words: readonly string[]): ParsedCommand | undefined {
  const [first = "", ...rest] = words;
  const name = named(TREE, first);
  const entry = name === undefined ? undefined : TREE[name];
  if (name === undefined || entry === undefined) return undefined;
  if (!isGroup(entry)) return { kind: "verb", name, verb: entry, rest };
  const [second = "", ...others] = rest;
  const inner = named(entry.verbs, second);
  const verb = inner === undefined ? undefined : entry.verbs[inner];
  if (verb === undefined) return { kind: "group", name, group: entry, rest };
  return { kind: "verb", name: `${name} ${inner}`, verb, rest: others };
}

/** Whether an entry of the tree holds verbs of its own. */
export function isGroup(entry: Verb | Group): entry is Group {
  return "verbs" in entry;
}

/** Every verb that a person may type, by all its words: `tick`, `goal write`. */
export function everyVerb(): { readonly name: string; readonly verb: Verb }[] {
  return Object.entries(TREE).flatMap(([name, entry]) => {
    if (!isGroup(entry)) return entry.hidden ? [] : [{ name, verb: entry }];
    return Object.entries(entry.verbs).map(([inner, verb]) => ({ name: `${name} ${inner}`, verb }));
  });
}

function named(verbs: Readonly<Record<string, Verb | Group>>, word: string): string | undefined {
  if (Object.hasOwn(verbs, word)) return word;
  return Object.entries(verbs).find(([, entry]) => entry.aliases?.includes(word))?.[0];
}

/** The arguments of a command, resolved. Ours are always plain objects. */
export function argsOf(module: CommandModule): ArgsDef {
  return (module.command.args ?? {}) as ArgsDef;
}
