import { hasHidden, skeleton } from "../confusables.ts";
import { forcedPush } from "../shell/forced-push.ts";
import { hasOption as has } from "../shell/options.ts";
import { type Pipeline, pipelinesOf, type Stage, type Word } from "../shell/parse-shell.ts";
import { isRootish, rawDisk } from "../shell/shell-paths.ts";

/**
 * Commands that looop never runs, whoever says yes. A tripwire, not a wall: it reads text, and text can always be
 * written so that no reader sees what it will do. What is not on this list still has to be allowed by the person.
 * A word that is only mentioned (`echo sudo`) trips nothing.
 */
export function tripped(command: string): string | undefined {
  if (hasHidden(command)) return "it holds characters that nobody sees";
  const looks = skeleton(command);
  const found = trippedText(command, 0);
  if (found !== undefined || looks === command) return found;
  const alike = trippedText(looks, 0);
  return alike === undefined ? undefined : `${alike} (in look-alike letters)`;
}

/** How deep commands may be nested in each other before they are refused unread. */
const DEEPEST = 12;

function trippedText(text: string, depth: number): string | undefined {
  if (depth > DEEPEST) return "it is nested too deeply to be read";
  if (/--yes-i-am-the-person\b/.test(text)) return "it speaks for the person (--yes-i-am-the-person)";
  if (/:\s*\(\s*\)\s*\{\s*:\s*\|\s*:\s*&\s*\}/.test(text)) return "it is a fork bomb";
  for (const pipeline of pipelinesOf(text)) {
    const found = trippedPipeline(pipeline, depth);
    if (found !== undefined) return found;
  }
  return undefined;
}

function trippedPipeline(pipeline: Pipeline, depth: number): string | undefined {
  let fetches = false;
  for (const stage of pipeline) {
    const found = trippedStage(stage, depth, fetches);
    if (found !== undefined) return found;
    fetches ||= programsOf(stage).some(({ name }) => FETCHERS.test(name));
  }
  return undefined;
}

/** `fetched`: whether what it reads came over the network. */
function trippedStage(stage: Stage, depth: number, fetched: boolean): string | undefined {
  const all = [...stage.words, ...stage.writes, ...stage.reads];
  for (const { text } of stage.writes) if (rawDisk(text)) return `it writes onto a disk (${text.slice(0, 40)})`;
  for (const inner of all.flatMap((word) => word.inner)) {
    const found = trippedText(inner, depth + 1);
    if (found !== undefined) return found;
  }
  for (const program of programsOf(stage)) {
    const found =
      trippedProgram(program, depth) ?? (INTERPRETERS.test(program.name) ? runs(stage, depth, fetched) : undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

const FETCHERS = /^(?:curl|wget|fetch|aria2c|http|https|xh|lynx)$/;
const SHELLS = /^(?:sh|bash|zsh|dash|ksh|ash|fish|csh|tcsh|rbash|pwsh)$/;
const INTERPRETERS =
  /^(?:sh|bash|zsh|dash|ksh|ash|fish|csh|tcsh|rbash|pwsh|python[\d.]*|perl|ruby|node|bun|deno|php|eval|source|\.)$/;

/** Why an interpreter must not run: its text is from the network, or is itself on the list. */
function runs(stage: Stage, depth: number, fetched: boolean): string | undefined {
  const why = "it runs what it fetched from the network";
  if (fetched) return why;
  const inner = [...stage.words, ...stage.reads].flatMap((word) => word.inner);
  if (
    inner.some((text) =>
      pipelinesOf(text)
        .flat()
        .some((it) => programsOf(it).some(({ name }) => FETCHERS.test(name))),
    )
  )
    return why;
  for (const { text } of stage.reads) {
    const found = trippedText(text, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A program that a stage starts, directly or by way of another, with the words behind it. */
interface Program {
  readonly name: string;
  readonly args: readonly Word[];
}

const RESERVED = /^(?:if|then|else|elif|fi|do|done|while|until|for|case|esac|in|function|select|coproc|!|\{|\}|time)$/;
const ASSIGNS = /^[A-Za-z_]\w*\+?=/;

/** Programs whose arguments name another program to start. */
const WRAPPERS =
  /^(?:env|command|builtin|exec|nohup|nice|ionice|chrt|timeout|gtimeout|stdbuf|setsid|xargs|parallel|busybox|toybox|watch|flock|unshare|chroot|caffeinate|script|strace|ltrace|taskset|time|entr)$/;

/**
 * The programs of a stage. Behind a wrapper that is its first word which is no option; where an option may have taken
 * that word as its value, the word behind it too.
 */
function programsOf({ words }: Stage): Program[] {
  return startedAt(
    words,
    skip(words, 0, (text) => RESERVED.test(text) || ASSIGNS.test(text)),
    0,
  );
}

function startedAt(words: readonly Word[], at: number, hops: number): Program[] {
  if (at >= words.length || hops > DEEPEST) return [];
  const name = nameOf(words[at]);
  const program = { name, args: words.slice(at + 1) };
  if (!WRAPPERS.test(name)) return [program];
  const isOption = (text: string) => /^-|^[\d.]+[smhd]?$/.test(text) || ASSIGNS.test(text);
  const next = skip(words, at + 1, isOption);
  const behind = next > at + 1 ? startedAt(words, skip(words, next + 1, isOption), hops + 1) : [];
  return [program, ...startedAt(words, next, hops + 1), ...behind];
}

function skip(words: readonly Word[], from: number, over: (text: string) => boolean): number {
  let at = from;
  while (at < words.length && over(words[at]?.text ?? "")) at++;
  return at;
}

/** The last part of its path, in small letters: some file systems do not tell them apart. */
function nameOf(word: Word | undefined): string {
  return (word?.text.split("/").at(-1) ?? "").toLowerCase();
}

/** Names on the list, whatever their arguments are. */
const ALWAYS: readonly (readonly [RegExp, string])[] = [
  [/^(?:sudo|sudoedit|doas|pkexec|su|runuser)$/, "it takes on another user's rights"],
  [/^(?:mkfs(?:\..*)?|mke2fs|newfs.*|wipefs|blkdiscard|sgdisk|fdisk|parted|mkswap)$/, "it formats a disk"],
  [/^(?:shutdown|reboot|halt|poweroff|telinit)$/, "it stops the machine"],
];

const NAMES = ["sudo", "doas", "su", "pkexec", "mkfs", "shutdown", "reboot", "halt", "poweroff", "rm", "dd"];

function trippedProgram({ name, args }: Program, depth: number): string | undefined {
  for (const [pattern, why] of ALWAYS) if (pattern.test(name)) return `${why} (${name})`;
  if (/[*?]|\[.*\]/.test(name)) return spelled(name);
  const texts = args.map((word) => word.text);
  const own = Object.hasOwn(RULES, name) ? RULES[name]?.(texts) : undefined;
  if (own !== undefined) return own;
  for (const text of commandTexts(name, texts)) {
    const found = trippedText(text, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A program named by a pattern: refused when that pattern fits a name on the list. */
function spelled(name: string): string | undefined {
  const source = name
    .replace(/[.+^${}()|\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  let pattern: RegExp;
  try {
    pattern = new RegExp(`^(?:${source})$`);
  } catch {
    return "it names its program by a broken pattern";
  }
  const hit = NAMES.find((it) => pattern.test(it));
  return hit === undefined ? undefined : `its program's name is a pattern that fits ${hit}`;
}

/** Arguments that are themselves commands: `sh -c TEXT`, `eval TEXT`, `find -exec …`, `env -S TEXT`. */
function commandTexts(name: string, texts: readonly string[]): string[] {
  if (name === "eval") return [texts.join(" ")];
  if (SHELLS.test(name)) {
    const at = texts.findIndex((text) => /^-[a-z]*c$/.test(text));
    return at < 0 ? [] : texts.slice(at + 1);
  }
  if (name === "env")
    return texts.flatMap((text, at) => (/^(?:-S|--split-string)$/.test(texts[at - 1] ?? "") ? [text] : []));
  if (/^(?:find|fd|fdfind)$/.test(name)) {
    const at = texts.findIndex((text) => /^(?:-exec|-execdir|-ok|-okdir|-x|-X|--exec|--exec-batch)$/.test(text));
    return at < 0 ? [] : [texts.slice(at + 1).join(" ")];
  }
  if (/^(?:watch|script|flock|parallel|entr|trap)$/.test(name)) return texts.filter((text) => /\s/.test(text));
  return [];
}

/** What certain programs must not be asked. Each gets the words behind the name. */
const RULES: Readonly<Record<string, (args: readonly string[]) => string | undefined>> = {
  rm: (args) => (has(args, "rR", "--recursive") ? rootish(args, "deletes") : undefined),
  unlink: (args) => rootish(args, "deletes"),
  chmod: (args) => (has(args, "R", "--recursive") ? rootish(args, "changes the rights of") : undefined),
  chown: (args) => (has(args, "R", "--recursive") ? rootish(args, "changes the owner of") : undefined),
  mv: (args) => rootish(args.slice(0, -1), "moves away") ?? onDisk(args.slice(-1)),
  find: (args) => (args.includes("-delete") ? rootish(args, "deletes under") : undefined),
  dd: (args) => {
    const to = args.find((arg) => arg.startsWith("of="))?.slice(3) ?? "";
    return /^\/+dev\//.test(to) && !/^\/dev\/(?:null|zero|stdout|stderr)$/.test(to)
      ? `it writes onto a disk (${to})`
      : undefined;
  },
  tee: onDisk,
  cp: (args) => onDisk(args.slice(-1)),
  shred: onDisk,
  init: (args) => (args.some((arg) => /^[06]$/.test(arg)) ? "it stops the machine (init)" : undefined),
  systemctl: (args) =>
    args.some((arg) => /^(?:poweroff|reboot|halt|kexec|soft-reboot)$/.test(arg))
      ? "it stops the machine (systemctl)"
      : undefined,
  git: forcedPush,
};

function rootish(args: readonly string[], what: string): string | undefined {
  const target = args.find((arg) => !arg.startsWith("-") && isRootish(arg));
  if (target !== undefined) return `it ${what} ${target === "" ? "what a variable names" : target.slice(0, 40)}`;
  return args.includes("--no-preserve-root") ? `it ${what} the root folder` : undefined;
}

function onDisk(args: readonly string[]): string | undefined {
  const disk = args.find((arg) => rawDisk(arg));
  return disk === undefined ? undefined : `it writes onto a disk (${disk.slice(0, 40)})`;
}
