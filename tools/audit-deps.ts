/**
 * What is in the binary and why, with licences. Writes docs/dependencies.md to stdout after checking that each package is
 * pinned, locked, installed as locked, and that the bundle holds nothing else.
 *
 * Usage: npm run audit:deps
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import manifest from "../package.json" with { type: "json" };
import { MAIN, ROOT } from "./project.ts";
import { pinnedIn } from "./runtimes.ts";

/** Why each is there; the decision is in the file named. A package without a reason fails the audit. */
const WHY: Readonly<Record<string, string>> = {
  "@iarna/toml": "reads looop.toml, with the line of a mistake",
  "@xterm/addon-serialize": "writes the emulator's screen as text and colours",
  "@xterm/headless":
    "the terminal emulator behind `screenshot`, `ls --watch` and the picture on attach; never in a supervisor",
  "bun-pty": "its native library opens terminals (docs/decisions/0003); its JavaScript is not used",
  citty: "the command tree",
  consola: "messages, warnings and progress on stderr",
  valibot: "reads what comes from outside: config, records, moves",
};

/** Inside of a package's own files, as their authors put it there. */
const WITHIN: Readonly<Record<string, string>> = {
  "bun-pty":
    "Rust crates, by the names left in it: portable-pty (MIT), anyhow, crossbeam-channel, lazy_static (MIT or Apache-2.0)",
  citty: "scule (MIT)",
};

/** Licences that ask for no more than to be named. */
const LICENCES = ["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0"];

interface Package {
  readonly name: string;
  readonly version: string;
  readonly sha512: string;
  readonly licence: string;
  readonly problems: readonly string[];
}

/** Every package of the binary, as manifest, lock file and folder tell of it. */
export function packages(): Package[] {
  const lock = readFileSync(join(ROOT, "bun.lock"), "utf8");
  return Object.entries(manifest.dependencies).map(([name, wanted]) => {
    const { version, sha512 } = pinnedIn(lock, name);
    const installed = JSON.parse(readFileSync(join(ROOT, "node_modules", name, "package.json"), "utf8"));
    const licence = String(installed.license);
    const checks: readonly (readonly [fine: boolean, problem: string])[] = [
      [/^\d+\.\d+\.\d+$/.test(wanted), `package.json does not pin it: ${wanted}`],
      [version === wanted, `the lock file has ${version}, package.json ${wanted}`],
      [installed.version === version, `${installed.version} is installed, ${version} is locked`],
      [Object.keys(installed.dependencies ?? {}).length === 0, "it brings packages of its own"],
      [LICENCES.includes(licence), `its licence is ${licence}`],
      [Object.hasOwn(WHY, name), "nobody has said why it is there (tools/audit-deps.ts)"],
    ];
    return { name, version, sha512, licence, problems: checks.flatMap(([fine, problem]) => (fine ? [] : [problem])) };
  });
}

/** How many bytes of each package the bundle holds, before its runtime; a stranger's name has no package of ours. */
export async function bundled(): Promise<Map<string, number>> {
  const done = await Bun.build({
    entrypoints: [MAIN],
    target: "bun",
    minify: true,
    splitting: true,
    format: "esm",
    metafile: true,
  });
  const bytes = new Map<string, number>();
  for (const output of Object.values(done.metafile?.outputs ?? {})) {
    for (const [path, { bytesInOutput }] of Object.entries(output.inputs)) {
      const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
      if (name !== undefined) bytes.set(name, (bytes.get(name) ?? 0) + bytesInOutput);
    }
  }
  return bytes;
}

/** All that is wrong, a line each. */
export function problems(all: readonly Package[], inBundle: ReadonlyMap<string, number>): string[] {
  const known = new Set(all.map(({ name }) => name));
  return [
    ...all.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`)),
    ...[...inBundle.keys()]
      .filter((name) => !known.has(name))
      .map((name) => `${name}: it is in the bundle, not in package.json`),
    ...[...known]
      .filter((name) => !inBundle.has(name))
      .map((name) => `${name}: it is in package.json, not in the bundle`),
  ];
}

/** docs/dependencies.md. */
export function page(all: readonly Package[]): string {
  const rows = all.map(({ name, version, licence, sha512 }) => {
    const within = WITHIN[name] === undefined ? "" : `; inside: ${WITHIN[name]}`;
    return `| \`${name}\` | ${version} | ${licence} | ${WHY[name] ?? ""}${within} | \`${sha512.slice(0, 16)}…\` |`;
  });
  return `# What is in the binary, and why

Written by \`npm run audit:deps\` and \`npm run golden\`; a test compares it. The audit fails when a package is not pinned to
one version, is not installed as \`bun.lock\` says, brings packages of its own, has a licence that asks for more than to be
named, or is in the bundle without being on this page.

| package | version | licence | why | SHA-512 |
| --- | --- | --- | --- | --- |
${rows.join("\n")}

Beside them, the program is looop's own source (${manifest.license}) and Bun ${Bun.version}, the runtime, which is nearly all of its size. Bun is
MIT; it links JavaScriptCore and TinyCC (LGPL) and some twenty libraries under MIT, BSD, Apache-2.0, zlib and similar
licences. Its own page of licences is authoritative, and so is the recipe there for linking it anew against a changed
JavaScriptCore; looop's part of the program is its source in this repository.

The hashes are the beginnings of those in \`bun.lock\`, which the installer checks each archive against. No package's
install script is run (\`trustedDependencies\` is empty, \`--ignore-scripts\`). What is only used to build and test
(TypeScript, Biome, Deno, fast-check) is pinned the same way and is not in the binary.
`;
}

if (import.meta.main) {
  const [all, inBundle] = [packages(), await bundled()];
  process.stdout.write(page(all));
  process.stderr.write(`\nIn the bundle, in bytes (the runtime apart):\n`);
  for (const [name, bytes] of [...inBundle].sort(([, one], [, other]) => other - one))
    process.stderr.write(`  ${String(bytes).padStart(9)}  ${name}\n`);
  const wrong = problems(all, inBundle);
  for (const line of wrong) process.stderr.write(`problem: ${line}\n`);
  if (wrong.length > 0) process.exitCode = 1;
}
