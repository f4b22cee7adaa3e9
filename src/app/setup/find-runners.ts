import { dirname, join } from "node:path";
import { setting } from "../../core/env.ts";
import { isRecord, parseJson } from "../../core/json.ts";
import { BUILT_IN } from "../../core/runner/built-in.ts";
import { OFFLINE } from "../../core/runner/offline.ts";
import { firstProgram } from "../../core/runner/program.ts";
import type { DecideMode, Runner } from "../../core/runner/runner.ts";
import { readConfig } from "../../store/read-config.ts";
import type { App } from "../open.ts";

/** A runner of the config. Its fields are public: add, never rename. */
export interface FoundRunner {
  readonly name: string;
  /** True for the one that decides. */
  readonly decides: boolean;
  /** True when its program is on PATH; null when only a shell can tell which program that is. */
  readonly installed: boolean | null;
  readonly program: string | null;
  readonly path: string | null;
  /** The version of the package around the program; null without a package. */
  readonly version: string | null;
  /** The names of its commands. */
  readonly commands: readonly string[];
  /** `built-in`, `changed` by the config, or the person's `own`. */
  readonly origin: "built-in" | "changed" | "own";
}

export interface Found {
  /** The path of the config, which may not exist. */
  readonly config: string;
  readonly default: string;
  readonly mode: DecideMode;
  readonly runners: readonly FoundRunner[];
}

/** Returns the runners of the config, and which of them are installed. Starts no program. */
export async function findRunners(app: App): Promise<Found> {
  const { config, warnings } = await readConfig(app.files, app.paths());
  for (const warning of warnings) await app.output.warn(warning);
  const proc = await app.proc();
  const runners = Object.entries(config.runners).map(([name, runner]): FoundRunner => {
    // One of its commands is enough: they begin with the same program.
    const program = firstProgram(runner.decide ?? runner.tick ?? runner.interactive ?? "");
    const path = program === undefined ? undefined : proc.which(program, setting(app.env, "PATH") ?? "", app.cwd);
    return {
      ...{ name, decides: name === config.default },
      installed: name === OFFLINE.name ? true : program === undefined ? null : path !== undefined,
      program: program ?? null,
      path: path ?? null,
      version: path === undefined ? null : versionOf(app, path),
      ...{ commands: Object.keys(runner), origin: originOf(name, runner) },
    };
  });
  return { config: config.path, default: config.default, mode: config.mode, runners };
}

function originOf(name: string, runner: Runner): FoundRunner["origin"] {
  const builtIn = Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined;
  if (builtIn === undefined) return "own";
  return Object.entries(runner).every(([key, text]) => builtIn[key as keyof Runner] === text) ? "built-in" : "changed";
}

/** The number of folders above a program in which to look for its package.json. */
const ABOVE = 4;

/** Returns the version of the package around a program: starting the program would take longer. */
function versionOf({ files }: App, path: string): string | null {
  let folder = dirname(files.real(path) ?? path);
  for (let up = 0; up < ABOVE && folder !== dirname(folder); up++, folder = dirname(folder)) {
    const manifest = parseJson(files.read(join(folder, "package.json")) ?? "");
    if (isRecord(manifest) && typeof manifest["version"] === "string") return manifest["version"];
  }
  return null;
}
