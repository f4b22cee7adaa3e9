/** Reads and checks the config: `looop.toml`, or the `looop.json` of 0.3, whose mistakes are only warned of. */
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
  /** Mistakes in a `looop.json`, which 0.3 ignored without a message. */
  readonly warnings: readonly string[];
}

/** Reads the config; without a file, returns all defaults. Throws (exit 3) with the file, the line if known, and a hint. */
export async function readConfig(files: Files, paths: Paths): Promise<ReadConfig> {
  const source = findConfig(files, paths);
  if (source === undefined) return checked({}, { path: paths.config, format: "toml" }, "");
  const text = readText(files, source.path);
  if (source.format === "json") return fromJson(text, source);
  return checked(await parseToml(text, source.path), source, text);
}

function readText(files: Files, path: string): string {
  // Some editors start a file with a byte order mark.
  return (withConfigHint(() => files.read(path)) ?? "").replace(/^\ufeff/, "");
}

async function parseToml(text: string, path: string): Promise<unknown> {
  // Only the reader: the package also writes TOML and reads it from streams, which a release need not carry.
  const { default: parse } = await import("@iarna/toml/parse-string.js");
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof Error && "line" in error && typeof error.line === "number")) throw error;
    const cause = (error.message.split(/ at row |\n/)[0] ?? "").replace("Can't", "cannot");
    const state = `${cause.slice(0, 1).toLowerCase()}${cause.slice(1)}${cause.includes("expect") ? "" : "; expected TOML"}`;
    const line = error.line + 1;
    const bare = /^\s*([\w.-]+)\s*=\s*([A-Za-z][\w.-]*)\s*(?:#.*)?$/.exec(text.split("\n")[error.line] ?? "");
    if (bare !== null && !["true", "false", "inf", "nan"].includes(bare[2] ?? ""))
      throw invalidConfig(path, line, state, `Put the text in quotes: ${bare[1]} = "${bare[2]}"`);
    throw invalidConfig(path, line, state, `Correct line ${line}; a setting looks like: interval = 60`);
  }
}

function fromJson(text: string, source: ConfigFile): ReadConfig {
  const value = text.trim() === "" ? {} : parseJson(text, source.path);
  const warnings = clampIntervals(value);
  for (const { path, expected } of mistakesIn(value, source.path)) {
    if (expected !== undefined) continue;
    removeKey(value, path);
    warnings.push(`${source.path}: unknown key ${shown(path)} is ignored`);
  }
  const { config } = checked(value, source, text);
  return { config, warnings };
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const cause = error instanceof Error ? plainLine(error.message) : "";
    const line = Number(/\bline (\d+)/.exec(cause)?.[1]) || undefined;
    throw invalidConfig(path, line, `it is not JSON (${clip(cause, 100)})`, "Correct it, or write looop.toml instead");
  }
}

/** Moves intervals out of range to the nearest valid one, because 0.3 accepted any number. Returns the warnings. */
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

function removeKey(value: unknown, path: readonly string[]): void {
  const [key = "", ...rest] = path;
  if (!isObject(value)) return;
  if (rest.length === 0) delete value[key];
  else removeKey(value[key], rest);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns the config in `value`. Throws (exit 3) about its first mistake. */
function checked(value: unknown, source: ConfigFile, text: string): ReadConfig {
  const parsed = parseConfig(value, source.path);
  if (!isMistakes(parsed)) return { config: parsed, warnings: [] };
  const at = (mistake: Mistake) => (source.format === "toml" ? lineOf(text, mistake.path) : undefined);
  const placed = parsed.map((mistake) => ({ mistake, line: at(mistake) }));
  const [first] = placed.sort((one, other) => (one.line ?? 0) - (other.line ?? 0));
  if (first === undefined) throw new Error("a config without mistakes was refused");
  throw mistakeError(first.mistake, source.path, first.line);
}

function isMistakes(parsed: Config | readonly Mistake[]): parsed is readonly Mistake[] {
  return Array.isArray(parsed);
}

function mistakeError({ path, expected, known, found }: Mistake, file: string, line: number | undefined): LooopError {
  const name = shown(path);
  if (expected !== undefined) {
    const subject = path.length === 0 ? "the whole file" : name;
    return invalidConfig(
      file,
      line,
      `${subject} is ${clip(plainLine(found), 60)}; expected ${expected}`,
      "Correct it or remove it",
    );
  }
  const meant = nearest(path.at(-1) ?? "", known);
  const hint =
    meant === undefined ? `Known here: ${known.join(", ")}` : `Did you mean ${shown([...path.slice(0, -1), meant])}?`;
  return invalidConfig(file, line, `unknown key ${name}; expected one of ${known.join(", ")}`, hint);
}

/** Returns a key's path as TOML writes it (`runners.claude.tick`), with quotes around keys that need them. */
function shown(path: readonly string[]): string {
  return path.map((key) => (/^[\w-]+$/.test(key) ? key : quoted(key))).join(".");
}

function invalidConfig(path: string, line: number | undefined, state: string, hint: string): LooopError {
  const place = line === undefined ? "" : `line ${line}: `;
  return new LooopError({
    message: `Cannot read the config ${plainLine(path)}: ${place}${state}`,
    hint,
    exit: EXIT.setup,
  });
}
