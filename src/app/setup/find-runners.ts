import { dirname, join } from "node:path";
import { setting } from "../../core/env.ts";
import { isRecord, parseJson } from "../../core/json.ts";
import { BUILT_IN } from "../../core/runner/built-in.ts";
import { firstProgram } from "../../core/runner/program.ts";
import type { DecideMode, Runner } from "../../core/runner/runner.ts";
import { readConfig } from "../../store/read-config.ts";
import type { App } from "../open.ts";

/** A runner that the config knows. Its fields are public: add, never rename. */
export interface FoundRunner {
  readonly name: string;
  /** Whether this one decides. */
  readonly decides: boolean;
  /** Whether its program is there; null when only a shell can tell which program that is. */
  readonly installed: boolean | null;
  readonly program: string | null;
  readonly path: string | null;
  /** Of the package that the program lies in; null when there is none to ask. */
  readonly version: string | null;
  /** Which commands it has. */
  readonly commands: readonly string[];
  /** `built-in`, `changed` by the config, or the person's `own`. */
  readonly origin: "built-in" | "changed" | "own";
}

export interface Found {
  /** The file that was read, or would be. */
  readonly config: string;
  readonly default: string;
  readonly mode: DecideMode;
  readonly runners: readonly FoundRunner[];
}

/** The runners that the config knows, and which of them could run here. No program is started for it. */
export async function findRunners(app: App): Promise<Found> {
  const { config, warnings } = await readConfig(app.files, app.paths());
  for (const warning of warnings) await app.output.warn(warning);
  const proc = await app.proc();
  const runners = Object.entries(config.runners).map(([name, runner]): FoundRunner => {
    // Each of its commands begins with the same program, as far as anybody can tell.
    const program = firstProgram(runner.decide ?? runner.tick ?? runner.interactive ?? "");
    const path = program === undefined ? undefined : proc.which(program, setting(app.env, "PATH") ?? "", app.cwd);
    return {
      ...{ name, decides: name === config.default },
      installed: name === OFFLINE ? true : program === undefined ? null : path !== undefined,
      program: program ?? null,
      path: path ?? null,
      version: path === undefined ? null : versionOf(app, path),
      ...{ commands: Object.keys(runner), origin: originOf(name, runner) },
    };
  });
  return { config: config.path, default: config.default, mode: config.mode, runners };
}

/** It is looop itself. */
const OFFLINE = "offline";

function originOf(name: string, runner: Runner): FoundRunner["origin"] {
  const builtIn = Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined;
  if (builtIn === undefined) return "own";
  return Object.entries(runner).every(([key, text]) => builtIn[key as keyof Runner] === text) ? "built-in" : "changed";
}

/** How many folders above a program its package.json is looked for. */
const ABOVE = 4;

/** The version in the package that a program is of, which costs no start of a program. */
function versionOf({ files }: App, path: string): string | null {
  let folder = dirname(files.real(path) ?? path);
  for (let up = 0; up < ABOVE && folder !== dirname(folder); up++, folder = dirname(folder)) {
    const manifest = parseJson(files.read(join(folder, "package.json")) ?? "");
    if (isRecord(manifest) && typeof manifest["version"] === "string") return manifest["version"];
  }
  return null;
}
