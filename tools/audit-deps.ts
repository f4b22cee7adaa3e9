/**
 * Audits the packages in the binary: the whole tree, with sizes and licences. Writes docs/dependencies.md to stdout, and
 * fails when a package is not recorded here, not pinned, not locked, not installed as locked, or when the bundle holds
 * anything else.
 *
 * Usage: npm run audit:deps
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import manifest from "../package.json" with { type: "json" };
import { MAIN, ROOT } from "./project.ts";
import { pinnedIn } from "./runtimes.ts";

/** The recorded packages, those that others bring included, and why each is there. Any other package fails the audit. */
const WHY: Readonly<Record<string, string>> = {
  "@iarna/toml": "reads looop.toml, with the line of a mistake",
  "@xterm/addon-serialize": "writes the emulator's screen as text and colours",
  "@xterm/headless":
    "the terminal emulator of `screenshot`, `ls --watch` and the first picture on attach; never in a supervisor",
  "bun-pty": "its native library opens terminals (docs/decisions/0003); its JavaScript is not used",
  citty: "the command tree",
  consola: "messages, warnings and progress on stderr",
  croner: "the due times of wall-clock schedules: cron rules, zones, summer time; loaded only for one",
  valibot: "validates data from outside: config, records, moves",
};

/** Other projects whose code a package's own files contain. */
const WITHIN: Readonly<Record<string, string>> = {
  "bun-pty":
    "Rust crates, by the names left in it: portable-pty (MIT), anyhow, crossbeam-channel, lazy_static (MIT or Apache-2.0)",
  citty: "scule (MIT)",
};

/** Licences that only ask to be named. */
const LICENCES = ["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0"];

export interface Package {
  readonly name: string;
  readonly version: string;
  readonly sha512: string;
  readonly licence: string;
  /** Of its installed files. */
  readonly bytes: number;
  /** The packages that bring it; empty for one that package.json names. */
  readonly broughtBy: readonly string[];
  readonly problems: readonly string[];
}

/** Names of packages, with the versions that are wanted. */
type Wanted = Readonly<Record<string, string>>;

/** Returns every package that `direct` brings, in order of name, each with the packages that bring it. */
export function tree(direct: Wanted, dependenciesOf: (name: string) => Wanted): Map<string, string[]> {
  const broughtBy = new Map<string, string[]>(Object.keys(direct).map((name) => [name, []]));
  for (const [name] of broughtBy) {
    for (const brought of Object.keys(dependenciesOf(name))) {
      // A map that grows while it is walked: what is added here is visited too.
      broughtBy.set(brought, [...(broughtBy.get(brought) ?? []), ...(brought in direct ? [] : [name])]);
    }
  }
  return new Map([...broughtBy].sort(([one], [other]) => (one < other ? -1 : 1)));
}

interface Installed {
  readonly version: string;
  readonly license: unknown;
  readonly dependencies?: Wanted;
}

const folderOf = (name: string) => join(ROOT, "node_modules", name);
const installed = (name: string): Installed => JSON.parse(readFileSync(join(folderOf(name), "package.json"), "utf8"));

/** Returns every package of the binary, as manifest, lock file and node_modules have it. */
export function packages(): Package[] {
  const lock = readFileSync(join(ROOT, "bun.lock"), "utf8");
  const direct: Wanted = manifest.dependencies;
  return [...tree(direct, (name) => installed(name).dependencies ?? {})].map(([name, broughtBy]) => {
    const { version, sha512 } = pinnedIn(lock, name);
    const { version: found, license } = installed(name);
    const licence = String(license);
    const wanted = direct[name] ?? version;
    const checks: readonly (readonly [fine: boolean, problem: string])[] = [
      [/^\d+\.\d+\.\d+$/.test(wanted), `package.json does not pin it: ${wanted}`],
      [version === wanted, `the lock file has ${version}, package.json ${wanted}`],
      [found === version, `${found} is installed, ${version} is locked`],
      [LICENCES.includes(licence), `its licence is ${licence}`],
      [isRecorded(name), "it is not recorded (WHY in tools/audit-deps.ts)"],
    ];
    const problems = checks.flatMap(([fine, problem]) => (fine ? [] : [problem]));
    return { name, version, sha512, licence, bytes: sizeOf(folderOf(name)), broughtBy, problems };
  });
}

/** True when the record has a reason for `name`. */
export function isRecorded(name: string): boolean {
  return Object.hasOwn(WHY, name);
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => statSync(join(folder, path)))
    .reduce((sum, stats) => sum + (stats.isFile() ? stats.size : 0), 0);
}

/** Returns how many bytes of each package the bundle holds, without the runtime. */
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

/** Returns every problem, one line each. */
export function problems(all: readonly Package[], inBundle: ReadonlyMap<string, number>): string[] {
  const known = new Set(all.map(({ name }) => name));
  return [
    ...all.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`)),
    ...[...inBundle.keys()]
      .filter((name) => !known.has(name))
      .map((name) => `${name}: it is in the bundle, not in package.json`),
    ...all
      .filter(({ name, broughtBy }) => broughtBy.length === 0 && !inBundle.has(name))
      .map(({ name }) => `${name}: it is in package.json, not in the bundle`),
  ];
}

/** Returns the text of docs/dependencies.md. */
export function page(all: readonly Package[]): string {
  const rows = all.map(({ name, version, licence, bytes, broughtBy, sha512 }) => {
    const within = WITHIN[name] === undefined ? "" : `; contains ${WITHIN[name]}`;
    const by = broughtBy.length === 0 ? "looop" : broughtBy.map((it) => `\`${it}\``).join(", ");
    const size = `${Math.ceil(bytes / 1_000)} kB`;
    return `| \`${name}\` | ${version} | ${licence} | ${size} | ${by} | ${WHY[name] ?? ""}${within} | \`${sha512.slice(0, 16)}…\` |`;
  });
  const total = Math.ceil(all.reduce((sum, { bytes }) => sum + bytes, 0) / 1_000);
  return `# What is in the binary, and why

Written by \`npm run audit:deps\` and \`npm run golden\`; a test compares it. The list is the whole tree: the packages that
package.json names, and those that they bring. The audit fails when a package is not recorded in tools/audit-deps.ts, is
not pinned to one version, is not installed as \`bun.lock\` says, has a licence that asks for more than to be named, or is
in the bundle without being on this page.

| package | version | licence | installed | brought by | why | SHA-512 |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join("\n")}

Together: ${all.length} packages, ${total} kB installed. The rest of the program is looop's own source (${manifest.license}) and Bun ${Bun.version}, the
runtime, which is nearly all of its size. Bun is MIT; it links JavaScriptCore and TinyCC (LGPL) and some twenty libraries
under MIT, BSD, Apache-2.0, zlib and similar licences. Bun's own licence page is authoritative. It also says how to link
Bun against a changed JavaScriptCore; looop's part of the program is its source in this repository.

The hashes are the beginnings of those in \`bun.lock\`, which the installer checks each archive against. No package's
install script is run (\`trustedDependencies\` is empty, \`--ignore-scripts\`). Packages that only build and test looop
(TypeScript, Biome, Deno, fast-check) are pinned the same way and are not in the binary.
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
