/** The layers of src/: which file may import which, and which may touch the system. */
import { expect, test } from "bun:test";
import { basename, dirname, join, relative } from "node:path";
import { ROOT } from "../../tools/project.ts";
import { filesUnder, offences, type Source, textsUnder, withoutComments } from "../support/golden/source-tree.ts";

/** Lowest first. A file imports from its own folder and from lower lines; folders on one line do not know each other. */
const LAYERS = [["core"], ["sys"], ["store"], ["loop", "supervise"], ["app"], ["commands"], ["cli"], ["main.ts"]];

/** The packages, each with the folders or files that may import it. */
const PACKAGES: Record<string, string[]> = {
  citty: ["cli", "commands"],
  consola: ["app"],
  croner: ["store/policy/wall-times.ts"],
  valibot: ["core", "store"],
  "@iarna/toml": ["store"],
  "@xterm/headless": ["supervise/screen/screen.ts", "supervise/screen/ansi.ts"],
  "@xterm/addon-serialize": ["supervise/screen/screen.ts"],
  "bun-pty": ["sys/pty/pty-bun.ts", "sys/pty/pty-deno.ts"],
};

const src = join(ROOT, "src");
const sources: Source[] = textsUnder("src")
  .filter(({ path }) => path.endsWith(".ts"))
  .map(({ path, text }) => ({ path, text: withoutComments(text) }));

const folder = (path: string) => path.split("/")[0] ?? "";
const rank = (path: string) => LAYERS.findIndex((line) => line.includes(folder(path)));

function* imports(text: string): Iterable<string> {
  for (const match of text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)) yield match[1] ?? "";
}

/** Imports of our own files, as paths from src/. */
function* locals({ path, text }: Source): Iterable<string> {
  for (const name of imports(text)) if (name.startsWith(".")) yield relative(src, join(src, dirname(path), name));
}

/** Every match of `pattern` outside the files that may. */
function uses(pattern: RegExp, may: (path: string) => boolean): string[] {
  return offences(sources, function* ({ path, text }) {
    if (!may(path)) for (const [word] of text.matchAll(pattern)) yield `uses ${word}`;
  });
}

test("these tests read the source files", () => {
  expect(sources.length).toBeGreaterThan(10);
});

test("every folder of src has a layer", () => {
  expect(sources.map(({ path }) => path).filter((path) => rank(path) < 0)).toEqual([]);
});

test("imports point down the layers", () => {
  const found = offences(sources, function* (source) {
    for (const to of locals(source)) {
      // These lie beside src/ and are data: they import nothing.
      if (to === "../package.json" || to === "../install.sh") continue;
      if (folder(to) !== folder(source.path) && (rank(to) < 0 || rank(to) >= rank(source.path))) yield `imports ${to}`;
    }
  });
  expect(found).toEqual([]);
});

/** What is asked of adapters, which anybody may know. */
const INTERFACES = ["sys/sys.ts", "sys/tty.ts"];

test("only app/ and main.ts import real adapters", () => {
  const found = offences(sources, function* (source) {
    if (["sys", "app"].includes(folder(source.path)) || source.path === "main.ts") return;
    for (const to of locals(source)) if (folder(to) === "sys" && !INTERFACES.includes(to)) yield `imports ${to}`;
  });
  expect(found).toEqual([]);
});

/** The package that an import names: "bun-pty/rust-pty/x.so" is of "bun-pty", "@xterm/headless/y" of "@xterm/headless". */
function packageOf(name: string): string | undefined {
  if (/^\.|^node:|^bun:/.test(name)) return undefined; // files and built-ins; other rules have those
  return /^(@[^/]+\/)?[^/]+/.exec(name)?.[0];
}

test("a package is imported only in its own rooms", () => {
  const found = offences(sources, function* ({ path, text }) {
    for (const owner of [...imports(text)].map(packageOf)) {
      const rooms = PACKAGES[owner ?? ""] ?? [];
      if (owner !== undefined && !rooms.includes(folder(path)) && !rooms.includes(path)) yield `imports ${owner}`;
    }
  });
  expect(found).toEqual([]);
});

test("core uses no clock, chance, process, network or built-in module", () => {
  const outside = /\b(Date\.now|new Date\(\)|Math\.random|process\.|performance\.|setTimeout|fetch\()|"node:[a-z/_]+"/g;
  expect(uses(outside, (path) => folder(path) !== "core")).toEqual([]);
});

test("only sys/*-bun.ts and sys/*-deno.ts use one runtime's names", () => {
  const runtime = /\b(Bun|Deno)\.\w+|"bun:[\w-]+"|import\.meta\.dir\b/g;
  expect(uses(runtime, (path) => /^sys\/(?:[a-z]+\/)?[a-z-]+-(bun|deno)\.ts$/.test(path))).toEqual([]);
});

test("only sys/env.ts reads the environment", () => {
  expect(uses(/\bprocess\.env\b/g, (path) => path === "sys/env.ts")).toEqual([]);
});

test("only main.ts and cli/run.ts end the process", () => {
  expect(uses(/\bprocess\.exit\(/g, (path) => path === "main.ts" || path === "cli/run.ts")).toEqual([]);
});

test("only sys/clock.ts sleeps", () => {
  expect(uses(/"(?:node:)?timers\/promises"/g, (path) => path === "sys/clock.ts")).toEqual([]);
});

test("JSON is printed through jsonText(), which escapes control characters", () => {
  const printed = /output\.data\([^;]*?JSON\.stringify/g;
  expect(uses(printed, () => false)).toEqual([]);
});

test("node:net and node:child_process are loaded at run time, because the build would carry their bytecode", () => {
  const imported = /^import (?!type).*"node:(net|child_process|http|https)"/gm;
  expect(uses(imported, (path) => path.endsWith("-deno.ts"))).toEqual([]);
});

/** How many files a folder may hold before a newcomer stops reading the list. */
const MAX_FILES = 16;

test(`no folder of src holds more than ${MAX_FILES} files, the verbs of commands/ apart`, () => {
  const sizes = Map.groupBy(filesUnder("src"), (path) => dirname(path));
  const full = [...sizes].filter(([path, files]) => path !== "commands" && files.length > MAX_FILES);
  expect(full.map(([path, files]) => `${path}: ${files.length} files`)).toEqual([]);
});

test("no file imports itself through others, not even for types", () => {
  const edges = new Map(sources.map((source) => [source.path, [...locals(source)].filter((to) => to.endsWith(".ts"))]));
  expect(circleIn(edges)).toEqual([]);
});

/** The first circle met, as the paths around it; empty when there is none. */
function circleIn(edges: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const walk = (path: string, above: readonly string[]): string[] => {
    if (above.includes(path)) return [...above.slice(above.indexOf(path)), path];
    if (done.has(path)) return [];
    for (const to of edges.get(path) ?? []) {
      const circle = walk(to, [...above, path]);
      if (circle.length > 0) return circle;
    }
    done.add(path);
    return [];
  };
  for (const path of edges.keys()) {
    const circle = walk(path, []);
    if (circle.length > 0) return circle;
  }
  return [];
}

/** The room of a file: its folder below the floor; empty for a file on the floor itself. */
const topic = (path: string) => dirname(path).split("/").slice(1).join("/");

test("two files share a name only in rooms of the same topic, as a verb, or as a check of doctor's", () => {
  const named = sources.filter(({ path }) => !/^commands\/|\/doctor\//.test(path)).map(({ path }) => path);
  const twins = [...Map.groupBy(named, (path) => basename(path)).values()].filter(
    (paths) => new Set(paths.map(topic)).size > 1,
  );
  expect(twins).toEqual([]);
});

test("what is special about one model CLI is in its file of core/runner/", () => {
  expect(uses(/\b(?:codex|opencode)\b/gi, (path) => path.startsWith("core/runner/"))).toEqual([]);
});
