import { hasHidden, skeleton } from "../confusables.ts";
import { forcedPush } from "../shell/forced-push.ts";
import { matchesTokens, shellGlob } from "../shell/glob.ts";
import { hasOption } from "../shell/options.ts";
import { type Pipeline, pipelinesOf, readShell, type Stage, type Word } from "../shell/parse-shell.ts";
import { isRootish, rawDisk } from "../shell/shell-paths.ts";
import { CARRIERS, commandTexts } from "./command-texts.ts";

/**
 * Returns why looop must never run `command`, even with the person's approval, or undefined when no rule forbids it. This
 * is a tripwire, not a wall: it reads text, and a command can always be written so that its text does not show what it
 * does. A command that passes is not thereby allowed: the gate still judges it. A program's name as an argument
 * (`echo sudo`) trips nothing; `--yes-i-am-the-person` and a fork bomb trip wherever they occur.
 */
export function tripped(command: string): string | undefined {
  if (hasHidden(command)) return "it contains invisible characters";
  const found = trippedText(command, top(command));
  const folded = skeleton(command);
  if (found !== undefined || folded === command) return found;
  const disguised = trippedText(folded, top(folded));
  return disguised === undefined ? undefined : `${disguised} (in look-alike letters)`;
}

/** How deeply commands may be nested (`sh -c "sh -c …"`) before they are refused unread. */
const MAX_DEPTH = 12;

/** How many programs one stage may start through wrappers (`env nice …`) before it is refused unread. */
const MAX_PROGRAMS = 24;

const SPEAKS_FOR_PERSON = "it speaks for the person (--yes-i-am-the-person)";

const TOO_DEEP = "it is nested too deeply to be read";

/** Where a text is in a command, and how much may still be read of the whole command. */
interface Place {
  readonly depth: number;
  /** Characters. One for all places of a command: what is read twice at each depth would take for ever. */
  readonly left: { chars: number };
}

function top(command: string): Place {
  return { depth: 0, left: { chars: 100_000 + command.length * 20 } };
}

function inside({ depth, left }: Place): Place {
  return { depth: depth + 1, left };
}

function trippedText(text: string, place: Place): string | undefined {
  place.left.chars -= text.length;
  if (place.depth > MAX_DEPTH || place.left.chars < 0) return TOO_DEEP;
  if (/--yes-i-am-the-person\b/.test(text)) return SPEAKS_FOR_PERSON;
  if (FORK_BOMB.test(text)) return "it is a fork bomb";
  const { pipelines, isWhole } = readShell(text);
  if (!isWhole) return TOO_DEEP;
  for (const pipeline of pipelines) {
    const found = trippedPipeline(pipeline, place);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A function of any name that starts itself twice. */
const FORK_BOMB = /(?<![\w:.])([\w:.]{1,32})\s*\(\s*\)\s*\{\s*\1\s*\|\s*\1\s*&\s*;?\s*\}/;

function trippedPipeline(pipeline: Pipeline, place: Place): string | undefined {
  let isFetched = false;
  for (const stage of pipeline) {
    const found = trippedStage(stage, place, isFetched);
    if (found !== undefined) return found;
    isFetched ||= fetches(stage);
  }
  return undefined;
}

function fetches(stage: Stage): boolean {
  return programsOf(stage)?.some(({ name }) => FETCHERS.test(name)) ?? false;
}

/** `isFetched`: an earlier stage of the pipeline read from the network. */
function trippedStage(stage: Stage, place: Place, isFetched: boolean): string | undefined {
  const all = [...stage.words, ...stage.writes, ...stage.reads];
  // Also when quotes or empty variables are in the middle of it.
  if (all.some(({ text }) => /--yes-i-am-the-person\b/.test(text))) return SPEAKS_FOR_PERSON;
  if (stage.writes.some(({ text }) => /^\/+proc\/+sysrq-trigger$/.test(text))) return "it stops the machine (sysrq)";
  for (const { text } of stage.writes) if (rawDisk(text)) return `it writes onto a disk (${text.slice(0, 40)})`;
  for (const inner of all.flatMap((word) => word.inner)) {
    const found = trippedText(inner, inside(place));
    if (found !== undefined) return found;
  }
  const programs = programsOf(stage);
  if (programs === undefined) return TOO_DEEP;
  for (const program of programs) {
    const found =
      trippedProgram(program, place) ??
      (INTERPRETERS.test(program.name) ? trippedInput(stage, place, isFetched) : undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

const FETCHERS = /^(?:curl|wget|fetch|aria2c|http|https|xh|lynx)$/;
const INTERPRETERS =
  /^(?:sh|bash|zsh|dash|ksh|ash|fish|csh|tcsh|rbash|pwsh|python[\d.]*|perl|ruby|node|bun|deno|php|eval|source|\.)$/;

/** Returns why an interpreter must not run its input: it came from the network, or the tripwire forbids it as a command. */
function trippedInput(stage: Stage, place: Place, isFetched: boolean): string | undefined {
  const substituted = [...stage.words, ...stage.reads].flatMap((word) => word.inner);
  if (isFetched || substituted.some((text) => pipelinesOf(text).flat().some(fetches)))
    return "it runs what it fetched from the network";
  for (const { text } of stage.reads) {
    const found = trippedText(text, inside(place));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A program that a stage starts, directly or through a wrapper, and its arguments. */
interface Program {
  readonly name: string;
  readonly args: readonly Word[];
}

const RESERVED =
  /^(?:if|then|else|elif|fi|do|done|while|until|for|case|esac|in|function|select|coproc|!|\{|\}|time|-p)$/;
const ASSIGNMENT = /^[A-Za-z_]\w*\+?=/;

/** Programs that start another program, named by their arguments. */
const WRAPPERS =
  /^(?:env|command|builtin|exec|nohup|nice|ionice|chrt|timeout|gtimeout|stdbuf|setsid|xargs|parallel|busybox|toybox|watch|flock|unshare|chroot|caffeinate|script|strace|ltrace|taskset|time|entr|setpriv|systemd-run)$/;

/** Wrappers whose first argument is not the program: a lock file, a folder. */
const VALUE_FIRST = /^(?:flock|chroot|taskset|chrt)$/;

/**
 * Returns the programs that a stage starts, or undefined when there are more than {@linkcode MAX_PROGRAMS}. A wrapper also
 * starts its first argument that is not an option; if options come before it, it may be the value of one, so the argument
 * after it counts as a program too.
 */
function programsOf({ words }: Stage): Program[] | undefined {
  const programs: Program[] = [];
  // Grows while it is iterated: each wrapper adds where its programs start.
  const starts = new Set(firstStarts(words));
  for (const at of starts) {
    if (at >= words.length) continue;
    if (programs.length === MAX_PROGRAMS) return undefined;
    const name = nameOf(words[at]);
    programs.push({ name, args: words.slice(at + 1) });
    if (CARRIERS.test(name)) for (const next of forbiddenIn(words, at + 1)) starts.add(next);
    if (!WRAPPERS.test(name)) continue;
    const next = skipWhile(words, at + 1, isWrapperOption);
    starts.add(next);
    if (next > at + 1 || VALUE_FIRST.test(name)) starts.add(skipWhile(words, next + 1, isWrapperOption));
  }
  return programs;
}

/** Returns where the first program of a stage may be: after words of the shell and assignments. */
function firstStarts(words: readonly Word[]): number[] {
  const isBefore = (text: string) => RESERVED.test(text) || ASSIGNMENT.test(text);
  const first = skipWhile(words, 0, isBefore);
  // `function NAME {` and `coproc NAME {`: the name may also be a program.
  const isName = /^(?:function|coproc)$/.test(words[first - 1]?.text ?? "");
  return isName ? [first, skipWhile(words, first + 1, isBefore)] : [first];
}

/** Returns where a word names a program that must not run, or may not with some arguments. */
function forbiddenIn(words: readonly Word[], from: number): number[] {
  const isForbidden = (name: string) => Object.hasOwn(RULES, name) || FORBIDDEN.some(([pattern]) => pattern.test(name));
  return words.flatMap((word, at) => (at >= from && isForbidden(nameOf(word)) ? [at] : []));
}

function isWrapperOption(text: string): boolean {
  return /^-|^[\d.]+[smhd]?$/.test(text) || ASSIGNMENT.test(text);
}

function skipWhile(words: readonly Word[], from: number, isSkipped: (text: string) => boolean): number {
  let at = from;
  while (at < words.length && isSkipped(words[at]?.text ?? "")) at++;
  return at;
}

/** The file name of a program, in lower case: some file systems ignore case. */
function nameOf(word: Word | undefined): string {
  return (word?.text.split("/").at(-1) ?? "").toLowerCase();
}

/** Programs that are refused with any arguments. */
const FORBIDDEN: readonly (readonly [RegExp, string])[] = [
  [/^(?:sudo|sudoedit|doas|pkexec|su|runuser|run0)$/, "it takes on another user's rights"],
  [/^(?:mkfs(?:\..*)?|mke2fs|newfs.*|wipefs|blkdiscard|s?g?disk|c?fdisk|sfdisk|parted|mkswap)$/, "it formats a disk"],
  [/^(?:shutdown|reboot|halt|poweroff|telinit|kexec)$/, "it stops the machine"],
];

/** Programs that must not be named by a glob either (`su*o`). */
const NOT_BY_GLOB = ["sudo", "doas", "su", "pkexec", "mkfs", "shutdown", "reboot", "halt", "poweroff", "rm", "dd"];

function trippedProgram({ name, args }: Program, place: Place): string | undefined {
  for (const [pattern, why] of FORBIDDEN) if (pattern.test(name)) return `${why} (${name})`;
  if (/[*?[]/.test(name)) return trippedGlob(name);
  const texts = args.map((word) => word.text);
  const why = Object.hasOwn(RULES, name) ? RULES[name]?.(texts) : undefined;
  if (why !== undefined) return why;
  for (const text of commandTexts(name, texts)) {
    const found = trippedText(text, inside(place));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Returns why a program named by a glob is refused: the glob matches a name of {@linkcode NOT_BY_GLOB}. */
function trippedGlob(glob: string): string | undefined {
  const tokens = shellGlob(glob);
  const hit = NOT_BY_GLOB.find((it) => matchesTokens(tokens, it));
  return hit === undefined ? undefined : `its program's name is a pattern that matches ${hit}`;
}

/** By program: returns why it must not run with these arguments, or undefined. */
const RULES: Readonly<Record<string, (args: readonly string[]) => string | undefined>> = {
  rm: (args) => (hasOption(args, "rR", "--recursive") ? onRootish(args, "deletes") : undefined),
  unlink: (args) => onRootish(args, "deletes"),
  chmod: (args) => (hasOption(args, "R", "--recursive") ? onRootish(args, "changes the rights of") : undefined),
  chown: (args) => (hasOption(args, "R", "--recursive") ? onRootish(args, "changes the owner of") : undefined),
  mv: (args) => onRootish(args.slice(0, -1), "moves away") ?? onDisk(args.slice(-1)),
  find: (args) => (removesFound(args) ? onRootish(args, "deletes under") : undefined),
  rsync: (args) => (args.some((arg) => /^--del/.test(arg)) ? onRootish(args.slice(-1), "deletes under") : undefined),
  dd: (args) => {
    const to = args.find((arg) => arg.startsWith("of="))?.slice(3) ?? "";
    return /^\/+dev\//.test(to) && !/^\/dev\/(?:null|zero|stdout|stderr)$/.test(to)
      ? `it writes onto a disk (${to})`
      : undefined;
  },
  tee: onDisk,
  truncate: onDisk,
  cp: (args) => onDisk(args.slice(-1)),
  shred: onDisk,
  init: (args) => (args.some((arg) => /^[06]$/.test(arg)) ? "it stops the machine (init)" : undefined),
  systemctl: (args) => stopsMachine(args, "systemctl"),
  loginctl: (args) => stopsMachine(args, "loginctl"),
  git: forcedPush,
};

function stopsMachine(args: readonly string[], program: string): string | undefined {
  const stops = args.some((arg) => /^(?:poweroff|reboot|halt|kexec|soft-reboot)$/.test(arg));
  return stops ? `it stops the machine (${program})` : undefined;
}

function removesFound(args: readonly string[]): boolean {
  return args.some(
    (arg, at) =>
      arg === "-delete" || (/^-(?:exec|ok)(?:dir)?$/.test(arg) && /(?:^|\/)(?:rm|shred)$/.test(args[at + 1] ?? "")),
  );
}

/** Refuses an argument that is the root, a home, or a top-level folder. `does` is the verb of the reason. */
function onRootish(args: readonly string[], does: string): string | undefined {
  const target = args.find((arg) => !arg.startsWith("-") && isRootish(arg));
  if (target !== undefined) return `it ${does} ${target === "" ? "what a variable names" : target.slice(0, 40)}`;
  return args.includes("--no-preserve-root") ? `it ${does} the root folder` : undefined;
}

/** Refuses an argument that is a raw disk. */
function onDisk(args: readonly string[]): string | undefined {
  const disk = args.find((arg) => rawDisk(arg));
  return disk === undefined ? undefined : `it writes onto a disk (${disk.slice(0, 40)})`;
}
