/** The lint of `[gates] allow`: patterns that allow more than they seem to. */

import { quoted } from "../names.ts";
import { patternWords } from "../shell/command-pattern.ts";
import { type Finding, note } from "./finding.ts";

/** Programs for which an open argument is code, and what to write instead. */
interface RiskyPrograms {
  readonly programs: RegExp;
  readonly why: string;
  readonly instead: string;
}

const WRITE_SCRIPT = "Write the script by its absolute path, without *";
const WRITE_COMMAND = "Write the whole command, without *";

/** The first entry that fits a program applies. */
const RISKY: readonly RiskyPrograms[] = [
  {
    programs: /^(?:sh|bash|zsh|dash|ksh|ash|fish|csh|tcsh|rbash|pwsh|eval|source|\.|busybox|toybox)$/,
    why: "a shell runs whatever it is given",
    instead: WRITE_SCRIPT,
  },
  {
    programs:
      /^(?:python[\d.]*|pypy[\d.]*|node|nodejs|deno|bun|tsx|ts-node|perl|ruby|php|lua[\d.]*|luajit|R|Rscript|java|groovy|scala|julia|osascript|tclsh|wish|expect|guile|ghci|runghc|erl|elixir|gdb|lldb)$/,
    why: "an interpreter runs the file or text that its argument names",
    instead: WRITE_SCRIPT,
  },
  {
    programs: /^(?:g|m|n|o)?awk$|^(?:g|super)?sed$|^(?:jq|bc|dc|m4|gnuplot|sqlite3|psql|mysql)$/,
    why: "its argument is a program, which can start others or write files",
    instead: WRITE_COMMAND,
  },
  {
    programs:
      /^(?:env|command|builtin|exec|nohup|nice|ionice|chrt|timeout|gtimeout|stdbuf|setsid|xargs|parallel|watch|flock|unshare|nsenter|chroot|caffeinate|script|strace|ltrace|taskset|time|entr|setarch|systemd-run|dbus-run-session|proot|firejail|bwrap|rlwrap|tmux|screen|trap|coproc)$/,
    why: "it starts the program that its arguments name",
    instead: "Allow that program itself, without a wrapper",
  },
  {
    programs: /^(?:sudo|sudoedit|doas|pkexec|su|runuser|run0)$/,
    why: "it takes on another user's rights, so looop never runs it",
    instead: "Remove the pattern",
  },
  {
    programs:
      /^(?:ssh|mosh|rsh|sshpass|autossh|ansible|pdsh|docker|podman|nerdctl|kubectl|oc|lxc|incus|vagrant|nix|nix-shell|guix|wsl)$/,
    why: "it runs commands on another machine or in a container",
    instead: "Write the whole command: `ssh host uptime`",
  },
  {
    programs:
      /^(?:g?make|bmake|just|task|rake|ninja|cmake|meson|scons|ant|gradlew?|mvnw?|bazel|buck2?|tox|nox|invoke|fab)$/,
    why: "it runs the commands that a build file holds for any target",
    instead: "Name the target and the folder: `make -C /home/me/app test`",
  },
  {
    programs:
      /^(?:npm|npx|pnpm|pnpx|yarn|bunx|uvx?|pipx?|pip[\d.]*|poetry|gem|bundle|cargo|go|brew|conda|mise|asdf|direnv)$/,
    why: "it runs scripts of a project or of packages from the network",
    instead: "Name the script and the folder: `npm --prefix /home/me/app run test`",
  },
  {
    programs:
      /^(?:find|fd|fdfind|rg|tar|bsdtar|zip|7z|rsync|scp|sftp|cpio|sort|split|man|less|more|vim?|nvim|ex|ed|emacs|nano|git-shell)$/,
    why: "it can start programs, or write files that are run later",
    instead: WRITE_COMMAND,
  },
  {
    programs: /^(?:cp|mv|ln|dd|tee|install|truncate|chmod|chown|patch|unzip|gunzip)$/,
    why: "it can replace any file, a sensor or a startup file too",
    instead: WRITE_COMMAND,
  },
  {
    programs: /^(?:crontab|at|batch|launchctl|systemctl|open|xdg-open|loginctl)$/,
    why: "it makes something run later or outside of looop",
    instead: WRITE_COMMAND,
  },
];

/** Returns notes about patterns of `[gates] allow` that can run code, and one about those with a `*`. */
export function judgeAllowPatterns(allow: readonly string[]): readonly Finding[] {
  const starred = allow.filter((pattern) => /(?:^|[^*])\*(?!\*)/.test(pattern));
  const risky = allow.flatMap((pattern) => {
    const found = risk(patternWords(pattern));
    return found === undefined
      ? []
      : [note("config", `[gates] allow ${quoted(pattern)} can run code: ${found.why}`, found.instead)];
  });
  return starred.length === 0 ? risky : [...risky, meaning(starred)];
}

function meaning(patterns: readonly string[]): Finding {
  const names = patterns.map((pattern) => quoted(pattern)).join(", ");
  return note(
    "config",
    `[gates] allow ${names}: * is one path segment or one word, without "/", ".." and "=" (it was any text)`,
    "Write ** for a path of any depth, and folders as absolute paths: a command starts in an empty folder",
  );
}

function risk(words: readonly string[]): Omit<RiskyPrograms, "programs"> | undefined {
  const [program = "", ...args] = words;
  if (!args.some((arg) => arg.includes("*"))) return undefined;
  const name = program.split("/").at(-1) ?? "";
  const risky = name === "git" ? riskOfGit(args) : RISKY.find(({ programs }) => programs.test(name));
  if (risky !== undefined) return risky;
  if (!args.some((arg) => /^-+\*/.test(arg))) return undefined;
  return { why: "it leaves any option open", instead: "Write the options out" };
}

function riskOfGit(args: readonly string[]): Omit<RiskyPrograms, "programs"> | undefined {
  if (args.some((arg) => /^(?:-c|--config-env|--exec-path|--upload-pack|--receive-pack)/.test(arg)))
    return { why: "a setting of git can name a program to start", instead: "Write the setting out, or leave -c away" };
  const folder = args.indexOf("-C");
  const rest = folder < 0 ? args : args.toSpliced(folder, 2);
  const verb = rest.find((arg) => !arg.startsWith("-")) ?? "";
  if (verb.includes("*") || /^(?:bisect|rebase|submodule|filter-branch|difftool|mergetool|clone)$/.test(verb))
    return {
      why: "some verbs of git start other programs",
      instead: "Write the verb out: `git -C /home/me/app log *`",
    };
  if (folder >= 0 && /^\*/.test(args[folder + 1] ?? ""))
    return {
      why: "a repository's own config can name a program to start",
      instead: "Write where your repositories are: `git -C /home/me/src/** status`",
    };
  return undefined;
}
