/**
 * The arguments of a program that are themselves commands. In doubt an argument counts as one: a text that is not a command
 * trips nothing.
 */

const SHELLS = /^(?:sh|bash|zsh|dash|ksh|ash|fish|csh|tcsh|rbash|pwsh)$/;

/** Programs that run their arguments as a command elsewhere, or later. Where the command begins, only they know. */
export const CARRIERS =
  /^(?:ssh|mosh|autossh|sshpass|docker|podman|nerdctl|kubectl|nsenter|tmux|screen|npm|npx|pnpm|yarn|bunx|firejail|bwrap|proot|capsh|socat|expect)$/;

/** Programs with an option, a setting or an inner command that names a program to start. */
const HOOKED = /^(?:git|tar|bsdtar|g?make|rsync|scp|zip|less|man|vim?|nvim|ex|ed|gdb)$/;

/** The part before the command in such an argument: `--to-command=`, `core.pager=`, `SHELL=`, `:!`, `alias.x=!`. */
const HOOK = /^(?:--?[\w-]{1,40}=)?(?:[\w.-]{1,80}=)?[:+]{0,2}!?/;

/** Returns the arguments that are themselves commands: `sh -c TEXT`, `eval TEXT`, `find -exec …`, `env -S TEXT`. */
export function commandTexts(name: string, texts: readonly string[]): string[] {
  if (name === "eval") return [texts.join(" ")];
  if (SHELLS.test(name)) return after(texts, /^-[a-z]*c$/);
  if (name === "env") return texts.flatMap((text, at) => splitString(text, texts[at - 1] ?? ""));
  if (/^(?:find|fd|fdfind)$/.test(name))
    return joined(after(texts, /^(?:-exec|-execdir|-ok|-okdir|-x|-X|--exec|--exec-batch)$/));
  if (/^(?:watch|script|flock|parallel|entr|trap|alias)$/.test(name) || CARRIERS.test(name))
    return texts.flatMap((text) => (/\s/.test(text) ? [text.replace(/^\w{1,40}=/, "")] : []));
  if (!HOOKED.test(name)) return [];
  const hooks = texts.flatMap((text, at) => (isHook(name, text, texts[at - 1] ?? "") ? [text.replace(HOOK, "")] : []));
  return [...hooks, ...joined(name === "git" ? after(texts, /^(?:foreach|run|-x|--exec)$/) : [])];
}

/** `git commit -m TEXT` and `tar --exclude=NAME` are words, not commands. */
function isHook(program: string, text: string, before: string): boolean {
  if (/^-[ePxc]$/.test(before) || text.includes("!")) return true;
  if (program === "git") return /^--(?:upload-pack|receive-pack|exec|extcmd)=/.test(text);
  return /\s/.test(text) && text !== text.replace(HOOK, "");
}

function after(texts: readonly string[], mark: RegExp): string[] {
  const at = texts.findIndex((text) => mark.test(text));
  return at < 0 ? [] : texts.slice(at + 1);
}

function joined(texts: readonly string[]): string[] {
  return texts.length === 0 ? [] : [texts.join(" ")];
}

function splitString(text: string, before: string): string[] {
  if (/^(?:-S|--split-string)$/.test(before)) return [text];
  const [, glued] = /^(?:-S|--split-string=)(.+)$/s.exec(text) ?? [];
  return glued === undefined ? [] : [glued];
}
