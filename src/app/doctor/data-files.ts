import { join } from "node:path";
import {
  type FileKind,
  judgeLines,
  judgeShape,
  judgeWhole,
  kindOf,
  type LineCount,
} from "../../core/doctor/data-files.ts";
import { type Finding, orOk, type Span } from "../../core/doctor/finding.ts";
import { utf8 } from "../../core/text.ts";
import type { DoctorDeps } from "./check.ts";
import { checkHistory } from "./history.ts";

/** The folders whose files looop reads, relative to the data folder; `*` is any folder. */
const FOLDERS = [
  "",
  "goals",
  "asks",
  "answers",
  "claims",
  "schedules",
  "verify",
  "runs/*",
  "sessions/*",
  "sessions/*/tells",
];

/** The number of bytes read of a file that is one record. Every real record is far smaller. */
const WHOLE_BYTES = 12_582_912;

/** The block size for reading a log, in bytes. */
const BLOCK_BYTES = 1_048_576;

/** Checks every file that looop reads. */
export async function checkFiles(deps: DoctorDeps): Promise<readonly Finding[]> {
  const { app, paths } = deps;
  if (app.files.stat(paths.data)?.kind !== "folder") return [];
  let count = 0;
  const findings: Finding[] = [...(await checkHistory(deps))];
  for (const path of FOLDERS.flatMap((pattern) => filesIn(deps, pattern))) {
    const kind = kindOf(path);
    if (kind === undefined) continue;
    count += 1;
    findings.push(...judge(deps, path, kind));
  }
  return orOk("files", findings, `${count} looked at, all of them whole`);
}

/** Returns the paths of all files in the folders that match `pattern`, relative to the data folder. */
function filesIn({ app, paths }: DoctorDeps, pattern: string): string[] {
  const list = (folder: string) => {
    const at = join(paths.data, folder);
    return app.files.stat(at)?.kind === "folder" ? app.files.list(at) : [];
  };
  const [head = "", tail] = pattern.split("/*");
  const folders = tail === undefined ? [head] : list(head).map((name) => join(head, name, tail));
  return folders.flatMap((folder) => list(folder).map((name) => join(folder, name)));
}

function judge({ app, paths, inspect }: DoctorDeps, path: string, kind: FileKind): Finding[] {
  const place = { path, at: join(paths.data, path) };
  const look = inspect.look(place.at);
  if (look === undefined) return []; // removed since the folder was listed
  const isFile = app.files.stat(place.at)?.kind === "file";
  const odd = judgeShape(place, look, inspect.userId, isFile);
  if (!isFile) return odd;
  if (kind.form === "lines")
    return [...odd, ...judgeLines(kind, place, countLines(app.files, place.at, kind), look.identity)];
  const bytes = app.files.readPart(place.at, 0, WHOLE_BYTES);
  return bytes === undefined ? odd : [...odd, ...judgeWhole(kind, place, bytes)];
}

/** The most damaged lines that are remembered: `--fix` again finds the next ones. */
const BAD_LINES = 100_000;

/** Finds the invalid lines of a log. Reads block by block, so that memory does not grow with the file. */
function countLines(files: DoctorDeps["app"]["files"], path: string, { fits }: FileKind): LineCount {
  const bad: Span[] = [];
  let [torn, number, at, from, rest] = [0, 0, 0, 0, ""];
  let firstBad: number | undefined;
  const take = (line: string) => {
    number += 1;
    const to = from + line.length;
    const found = line.trim() === "" || fits(utf8(Buffer.from(line, "latin1")), "");
    if (found === "torn") torn += 1;
    else if (!found) {
      firstBad ??= number;
      if (bad.length < BAD_LINES) bad.push({ from, to });
    }
    from = to + 1;
  };
  // Decoded as latin1, one character per byte, because a block may end inside a UTF-8 character.
  for (let block = files.readPart(path, at, BLOCK_BYTES); block !== undefined && block.length > 0; ) {
    const lines = `${rest}${Buffer.from(block).toString("latin1")}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) take(line);
    at += block.length;
    block = files.readPart(path, at, BLOCK_BYTES);
  }
  take(rest);
  return { bad, firstBad, torn };
}
