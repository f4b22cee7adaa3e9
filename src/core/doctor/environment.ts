import { type Finding, note, ok, problem } from "./finding.ts";

/** Programs that looop starts, and what is missing without them. */
const TOOLS: readonly { readonly name: string; readonly without: string; readonly needed: boolean }[] = [
  { name: "bash", without: "no sensor, runner or worker can start", needed: true },
  { name: "git", without: "no history is kept, and `looop undo` cannot work", needed: false },
  { name: "tmux", without: "no window opens when a worker needs you; looop itself does not need it", needed: false },
];

/** Which of the programs there are: `where` says the path of each, or undefined. */
export function judgeTools(where: (name: string) => string | undefined): Finding[] {
  const missing = TOOLS.filter(({ name }) => where(name) === undefined);
  const found = TOOLS.flatMap(({ name }) => where(name) ?? []);
  return [
    ...(found.length === 0 ? [] : [ok("tools", found.join(", "))]),
    ...missing.map(({ name, without, needed }) => {
      const says = `${name} is not on PATH: ${without}`;
      const hint = `Install ${name}, or add its folder to PATH`;
      return needed ? problem("tools", says, hint) : note("tools", says, hint);
    }),
  ];
}

export interface TerminalFacts {
  readonly isThere: boolean;
  /** TERM; "" when it is not set. */
  readonly name: string;
  /** The first of LC_ALL, LC_CTYPE and LANG that is set; "" when none is. */
  readonly locale: string;
}

/** Whether `looop attach` could draw here. */
export function judgeTerminal({ isThere, name, locale }: TerminalFacts): Finding {
  if (!isThere) return ok("terminal", "none here: `looop log`, `screenshot` and `send` work without one");
  if (name === "" || name === "dumb")
    return problem(
      "terminal",
      `TERM is ${name || "not set"}: \`looop attach\` cannot draw`,
      "export TERM=xterm-256color",
    );
  if (!/utf-?8/i.test(locale))
    return note("terminal", `the locale ${locale || "C"} is not UTF-8: signs may look odd`, "export LANG=C.UTF-8");
  return ok("terminal", `${name}, ${locale}`);
}
