import { nearest } from "../core/cli/suggest.ts";
import { type Config, type Mistake, parseConfig } from "../core/config/config.ts";
import { clampSeconds } from "../core/config/limits.ts";
import { lineOf } from "../core/config/toml-lines.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { quoted } from "../core/names.ts";
import { clip, plainLine } from "../core/text.ts";
import type { Files } from "../sys/sys.ts";
import { type ConfigFile, findConfig, withConfigHint } from "./find-config.ts";
import type { Paths } from "./paths.ts";

export interface ReadConfig {
  readonly config: Config;
  /** What was passed over in silence by 0.3, for a person to see once. */
  readonly warnings: readonly string[];
}

/** The config; without a file, all defaults. Throws (exit 3) with the file, the line where known, and what to do. */
export async function readConfig(files: Files, paths: Paths): Promise<ReadConfig> {
  const source = findConfig(files, paths);
  if (source === undefined) return checked({}, { path: paths.config, format: "toml" }, "");
  const text = readText(files, source.path);
  if (source.format === "json") return fromJson(text, source);
  return checked(await parseToml(text, source.path), source, text);
}

function readText(files: Files, path: string): string {
  // Editors of some systems begin a file with a byte order mark.
  return (withConfigHint(() => files.read(path)) ?? "").replace(/^\ufeff/, "");
}

async function parseToml(text: string, path: string): Promise<unknown> {
  const { default: toml } = await import("@iarna/toml");
  try {
    return toml.parse(text);
  } catch (error) {
    if (!(error instanceof Error && "line" in error && typeof error.line === "number")) throw error;
    const said = (error.message.split(/ at row |\n/)[0] ?? "").replace("Can't", "cannot");
    const what = `${said.slice(0, 1).toLowerCase()}${said.slice(1)}${said.includes("expect") ? "" : "; expected TOML"}`;
    const line = error.line + 1;
    throw wrong(path, line, what, `Correct line ${line}; a setting looks like: interval = 60`);
  }
}

function fromJson(text: string, source: ConfigFile): ReadConfig {
  const value = text.trim() === "" ? {} : parseJson(text, source.path);
  const warnings = clampIntervals(value);
  for (const { path, expected } of mistakesIn(value, source.path)) {
    if (expected !== undefined) continue;
    forget(value, path);
    warnings.push(`${source.path}: unknown key ${shown(path)} is ignored`);
  }
  const { config } = checked(value, source, text);
  return { config, warnings };
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const what = error instanceof Error ? plainLine(error.message) : "";
    const line = Number(/\bline (\d+)/.exec(what)?.[1]) || undefined;
    throw wrong(path, line, `it is not JSON (${clip(what, 100)})`, "Correct it, or write looop.toml instead");
  }
}

/** 0.3 took any number: those that no beat can wait are moved to the nearest one that it can. */
function clampIntervals(value: unknown): string[] {
  if (!isObject(value)) return [];
  return ["interval", "busy_interval", "active_interval"].flatMap((key) => {
    const given = value[key];
    if (typeof given !== "number" || clampSeconds(given) === given) return [];
    value[key] = clampSeconds(given);
    return [`${key} is ${given} in the config: using ${value[key]}`];
  });
}

function mistakesIn(value: unknown, path: string): readonly Mistake[] {
  const parsed = parseConfig(value, path);
  return Array.isArray(parsed) ? parsed : [];
}

function forget(value: unknown, path: readonly string[]): void {
  const [key = "", ...rest] = path;
  if (!isObject(value)) return;
  if (rest.length === 0) delete value[key];
  else forget(value[key], rest);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The config in `value`, or an error about the first mistake in it. */
function checked(value: unknown, source: ConfigFile, text: string): ReadConfig {
  const parsed = parseConfig(value, source.path);
  if (!isMistakes(parsed)) return { config: parsed, warnings: [] };
  const at = (mistake: Mistake) => (source.format === "toml" ? lineOf(text, mistake.path) : undefined);
  const placed = parsed.map((mistake) => ({ mistake, line: at(mistake) }));
  const [first] = placed.sort((one, other) => (one.line ?? 0) - (other.line ?? 0));
  if (first === undefined) throw new Error("a config without mistakes was refused");
  throw explained(first.mistake, source.path, first.line);
}

function isMistakes(parsed: Config | readonly Mistake[]): parsed is readonly Mistake[] {
  return Array.isArray(parsed);
}

function explained({ path, expected, known, found }: Mistake, file: string, line: number | undefined): LooopError {
  const name = shown(path);
  if (expected !== undefined) {
    const subject = path.length === 0 ? "the whole" : name;
    return wrong(
      file,
      line,
      `${subject} is ${clip(plainLine(found), 60)}; expected ${expected}`,
      "Correct it or take it out",
    );
  }
  const meant = nearest(path.at(-1) ?? "", known);
  const hint =
    meant === undefined ? `Known here: ${known.join(", ")}` : `Did you mean ${shown([...path.slice(0, -1), meant])}?`;
  return wrong(file, line, `unknown key ${name}; expected one of ${known.join(", ")}`, hint);
}

/** `runners.claude.tick`; anything that is no bare key is quoted. */
function shown(path: readonly string[]): string {
  return path.map((key) => (/^[\w-]+$/.test(key) ? key : quoted(key))).join(".");
}

function wrong(path: string, line: number | undefined, what: string, hint: string): LooopError {
  const place = line === undefined ? "" : `line ${line}: `;
  return new LooopError({
    message: `Cannot read the config ${plainLine(path)}: ${place}${what}`,
    hint,
    exit: EXIT.setup,
  });
}
