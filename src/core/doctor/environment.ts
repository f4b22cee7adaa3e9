import { type Finding, note, ok, problem } from "./finding.ts";

/** The programs that looop starts, and what does not work without them. */
const TOOLS: readonly { readonly name: string; readonly without: string; readonly needed: boolean }[] = [
  { name: "bash", without: "no sensor, runner or worker can start", needed: true },
  { name: "git", without: "no history is kept, and `looop undo` cannot work", needed: false },
  { name: "tmux", without: "no window opens when a worker needs you; looop itself does not need it", needed: false },
];

/** Checks that the tools are on PATH. `which` returns the path of a program, or undefined. */
export function judgeTools(which: (name: string) => string | undefined): Finding[] {
  const missing = TOOLS.filter(({ name }) => which(name) === undefined);
  const found = TOOLS.flatMap(({ name }) => which(name) ?? []);
  return [
    ...(found.length === 0 ? [] : [ok("tools", found.join(", "))]),
    ...missing.map(({ name, without, needed }) => {
      const says = `${name} is not on PATH: ${without}`;
      const hint = `Install ${name}, or add its folder to PATH`;
      return needed ? problem("tools", says, hint) : note("tools", says, hint);
    }),
  ];
}

/** The terminal that doctor runs in. */
export interface TerminalFacts {
  readonly isThere: boolean;
  /** TERM, or "" when it is not set. */
  readonly name: string;
  /** The first of LC_ALL, LC_CTYPE and LANG that is set, or "". */
  readonly locale: string;
}

/** Checks that `looop attach` can draw in this terminal. */
export function judgeTerminal({ isThere, name, locale }: TerminalFacts): Finding {
  if (!isThere) return ok("terminal", "none here: `looop log`, `screenshot` and `send` work without one");
  if (name === "" || name === "dumb")
    return problem(
      "terminal",
      `TERM is ${name || "not set"}: \`looop attach\` cannot draw`,
      "export TERM=xterm-256color",
    );
  if (!/utf-?8/i.test(locale))
    return note(
      "terminal",
      `the locale ${locale || "C"} is not UTF-8: some characters may look wrong`,
      "export LANG=C.UTF-8",
    );
  return ok("terminal", `${name}, ${locale}`);
}
