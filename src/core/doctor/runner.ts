import { activeRunner } from "../config/active-runner.ts";
import type { Config } from "../config/config.ts";
import { quoted } from "../names.ts";
import { INSTALL } from "../runner/built-in.ts";
import { firstProgram } from "../runner/program.ts";
import { clip, plainLine } from "../text.ts";
import { type Finding, note, ok, problem } from "./finding.ts";

/** The runner that decides, by the config. */
export interface ChosenRunner {
  readonly name: string;
  /** Undefined when only a shell could tell it from the command. */
  readonly program: string | undefined;
  /** True for the programs whose `--version` is known to spend nothing. */
  readonly mayAsk: boolean;
}

/** Returns the runner that decides. Throws (exit 3) when the config names a runner that cannot decide. */
export function chosenRunner(config: Config): ChosenRunner {
  const { name, command } = activeRunner(config);
  const program = firstProgram(command);
  return { name, program, mayAsk: program !== undefined && Object.hasOwn(INSTALL, program) };
}

/** A program's answer to `--version`. */
export interface VersionAnswer {
  readonly code: number | undefined;
  readonly timedOut: boolean;
  /** The first line of its output. */
  readonly said: string;
}

/** Checks that the runner's program exists and answers. `path` is undefined when it was not found. */
export function judgeRunner(
  chosen: ChosenRunner,
  path: string | undefined,
  answer: VersionAnswer | undefined,
): Finding {
  const { name, program } = chosen;
  if (name === "offline" && program === undefined) return ok("runner", "offline: built in, a few rules and no model");
  const runner = `the runner ${quoted(name)}`;
  if (program === undefined) return note("runner", `${runner} begins with shell syntax: not checked`);
  if (path === undefined) {
    const install = Object.hasOwn(INSTALL, program) ? `${INSTALL[program]}` : `Install ${program}`;
    return problem(
      "runner",
      `${runner} needs ${quoted(program)}, which is not on PATH`,
      `${install}, or set another default`,
    );
  }
  if (answer === undefined) return ok("runner", `${name}: ${path} (not started: its cost is unknown)`);
  const said = clip(plainLine(answer.said), 120);
  if (answer.timedOut)
    return problem("runner", `${path} --version timed out`, `Run \`${program} --version\` and see why`);
  if (answer.code !== 0) {
    const says = `${path} --version failed${said === "" ? "" : `: ${said}`}`;
    return problem("runner", says, `Run \`${program} --version\` and fix what it reports, or install it again`);
  }
  return ok("runner", `${name}: ${path}${said === "" ? "" : `, ${said}`}`);
}
