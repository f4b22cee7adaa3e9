import { activeRunner } from "../config/active-runner.ts";
import type { Config } from "../config/config.ts";
import { quoted } from "../names.ts";
import { INSTALL } from "../runner/built-in.ts";
import { firstProgram } from "../runner/program.ts";
import { clip, plainLine } from "../text.ts";
import { type Finding, note, ok, problem } from "./finding.ts";

/** The program that the config makes looop start to decide. */
export interface Chosen {
  readonly name: string;
  /** Undefined when it takes a shell to tell. */
  readonly program: string | undefined;
  /** Whether it may be started with `--version`: of these programs it is known to spend nothing. */
  readonly mayAsk: boolean;
}

/** Throws (exit 3) when the config names a runner that cannot decide. */
export function chosenRunner(config: Config): Chosen {
  const { name, command } = activeRunner(config);
  const program = firstProgram(command);
  return { name, program, mayAsk: program !== undefined && Object.hasOwn(INSTALL, program) };
}

/** How a program answered `--version`. */
export interface Answered {
  readonly code: number | undefined;
  readonly timedOut: boolean;
  /** Its first line, or the first of what it complained. */
  readonly said: string;
}

/** Whether the runner is there and answers. `path` is undefined when its program was not found. */
export function judgeRunner(chosen: Chosen, path: string | undefined, answer: Answered | undefined): Finding {
  const { name, program } = chosen;
  if (name === "offline" && program === undefined) return ok("runner", "offline: built in, a few rules and no model");
  const runner = `the runner ${quoted(name)}`;
  if (program === undefined) return note("runner", `${runner} begins with words for a shell: not looked at`);
  if (path === undefined) {
    const install = Object.hasOwn(INSTALL, program) ? `${INSTALL[program]}` : `Install ${program}`;
    return problem(
      "runner",
      `${runner} needs ${quoted(program)}, which is not on PATH`,
      `${install}, or set another default`,
    );
  }
  if (answer === undefined) return ok("runner", `${name}: ${path} (not started: what it costs is not known)`);
  const said = clip(plainLine(answer.said), 120);
  if (answer.timedOut)
    return problem("runner", `${path} --version did not answer in time`, `Run \`${program} --version\` and see why`);
  if (answer.code !== 0) {
    const says = `${path} --version failed${said === "" ? "" : `: ${said}`}`;
    return problem("runner", says, `Run \`${program} --version\` and mend what it says, or install it again`);
  }
  return ok("runner", `${name}: ${path}${said === "" ? "" : `, ${said}`}`);
}
