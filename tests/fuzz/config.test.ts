/** Configs: TOML as people and editors leave it, and the JSON of version 0.3. */
import { onTestFinished } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import toml from "@iarna/toml";
import fc from "fast-check";
import { parseConfig } from "../../src/core/config/config.ts";
import { lineOf } from "../../src/core/config/toml-lines.ts";
import { EXIT, LooopError } from "../../src/core/error.ts";
import { resolvePaths } from "../../src/store/paths.ts";
import { readConfig } from "../../src/store/read-config.ts";
import { files } from "../../src/sys/files.ts";
import { actsOnTerminal, fuzz, fuzzAsync, hostileJson, hostileText } from "../support/faults/count-fuzz.ts";

const KEYS = [
  "default",
  "interval",
  "busy_interval",
  "session_ttl",
  "telemetry",
  "otlp",
  "memory",
  "tmux",
  "runners",
  "decide",
  "gates",
  "__proto__",
];
const VALUES = [
  "60",
  '"claude"',
  "true",
  "-1",
  "1e400",
  "{ git = false }",
  "[[]]",
  "'''\n",
  '"\\u0000"',
  "1979-05-27",
  "nan",
  "",
];

/** Lines that look like settings, some of them hostile. */
const tomlLike = fc
  .array(
    fc.oneof(
      fc
        .tuple(fc.constantFrom(...KEYS), fc.oneof(fc.constantFrom(...VALUES), hostileText))
        .map(([key, value]) => `${key} = ${value}`),
      fc.constantFrom(
        "[runners.fake]",
        "[gates]",
        "[decide]",
        "[[runners]]",
        "tick = 'x'",
        'mode = "typed"',
        "# x",
        "\ufeff",
      ),
      hostileText,
    ),
    { maxLength: 8 },
  )
  .map((lines) => lines.join("\n"));

fuzz(
  "parseConfig() returns a config, or mistakes that each say what was found and what was expected",
  hostileJson,
  (value) => {
    const parsed = parseConfig(value, "looop.toml");
    if (!Array.isArray(parsed)) return;
    const isNamed = parsed.every(
      ({ found, expected, known }) => found !== "" && (expected !== undefined || known.length > 0),
    );
    if (parsed.length === 0 || !isNamed) throw new Error(`no usable mistake: ${JSON.stringify(parsed)}`);
  },
);

fuzz(
  "lineOf() returns a line of the text, or undefined",
  fc.tuple(tomlLike, fc.array(fc.constantFrom(...KEYS))),
  ([text, path]) => {
    const line = lineOf(text, path);
    return line === undefined || (line >= 1 && line <= text.split("\n").length);
  },
);

for (const name of ["looop.toml", "looop.json"]) {
  const text = name.endsWith("json")
    ? fc.oneof(
        hostileText,
        hostileJson.map((value) => JSON.stringify(value) ?? ""),
      )
    : tomlLike;
  fuzzAsync(
    `readConfig() reads any ${name}, or refuses it with exit 3 and a printable message`,
    text,
    () => {
      const home = mkdtempSync(join(tmpdir(), "looop-fuzz-"));
      onTestFinished(() => rmSync(home, { recursive: true, force: true }));
      const paths = resolvePaths({ HOME: home, LOOOP_CONFIG: join(home, name) }, home);
      return async (written) => {
        writeFileSync(paths.config, written);
        try {
          const { warnings } = await readConfig(files, paths);
          return !warnings.some((warning) => actsOnTerminal(warning));
        } catch (error) {
          if (!(error instanceof LooopError)) throw error;
          return (
            error.exit === EXIT.setup &&
            !actsOnTerminal(error.message) &&
            !actsOnTerminal(error.hint) &&
            !error.message.includes("\n")
          );
        }
      };
    },
    5,
  );
}

// readConfig() takes the line of a syntax error from the parser, which is a package.
fuzz("the TOML parser returns values, or throws an error with a line", tomlLike, (text) => {
  try {
    toml.parse(text);
  } catch (error) {
    if (!(error instanceof Error && "line" in error && typeof error.line === "number")) throw error;
  }
});
