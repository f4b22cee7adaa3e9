import { join } from "node:path";
import { judgeLines, judgeShape, judgeWhole, type Kind, kindOf, type LineCount } from "../../core/doctor/data-files.ts";
import { type Finding, orFine } from "../../core/doctor/finding.ts";
import { utf8 } from "../../core/text.ts";
import type { DoctorDeps } from "./check.ts";
import { lookAtHistory } from "./history.ts";

/** The folders that hold what looop reads back, from the data folder; `*` is any folder there. */
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

/** A record is far smaller; what is longer is not looked into, in bytes. */
const WHOLE_BYTES = 12_582_912;

/** How much of a log is in memory at a time, in bytes. */
const BLOCK_BYTES = 1_048_576;

/** Every file that looop reads back. */
export async function lookAtFiles(room: DoctorDeps): Promise<readonly Finding[]> {
  const { app, paths } = room;
  if (app.files.stat(paths.data)?.kind !== "folder") return [];
  let count = 0;
  const findings: Finding[] = [...(await lookAtHistory(room))];
  for (const path of FOLDERS.flatMap((pattern) => filesIn(room, pattern))) {
    const kind = kindOf(path);
    if (kind === undefined) continue;
    count += 1;
    findings.push(...judge(room, path, kind));
  }
  return orFine("files", findings, `${count} looked at, all of them whole`);
}

/** Paths from the data folder of all that lies in the folders that `pattern` means. */
function filesIn({ app, paths }: DoctorDeps, pattern: string): string[] {
  const list = (folder: string) => {
    const at = join(paths.data, folder);
    return app.files.stat(at)?.kind === "folder" ? app.files.list(at) : [];
  };
  const [head = "", tail] = pattern.split("/*");
  const folders = tail === undefined ? [head] : list(head).map((name) => join(head, name, tail));
  return folders.flatMap((folder) => list(folder).map((name) => join(folder, name)));
}

function judge({ app, paths, inspect }: DoctorDeps, path: string, kind: Kind): Finding[] {
  const place = { path, at: join(paths.data, path) };
  const look = inspect.look(place.at);
  if (look === undefined) return []; // gone meanwhile
  const isFile = app.files.stat(place.at)?.kind === "file";
  const odd = judgeShape(place, look, inspect.userId, isFile);
  if (!isFile) return odd;
  if (kind.form === "lines") return [...odd, ...judgeLines(kind, place, countLines(app.files, place.at, kind))];
  const bytes = app.files.readPart(place.at, 0, WHOLE_BYTES);
  return bytes === undefined ? odd : [...odd, ...judgeWhole(kind, place, bytes)];
}

/** In memory that does not grow with the file. */
function countLines(files: DoctorDeps["app"]["files"], path: string, { fits }: Kind): LineCount {
  let [bad, number, at, rest] = [0, 0, 0, ""];
  let firstBad: number | undefined;
  const take = (line: string) => {
    number += 1;
    if (line.trim() === "" || fits(line, "")) return;
    bad += 1;
    firstBad ??= number;
  };
  // A byte is a character here, so that a block may end inside one.
  for (let block = files.readPart(path, at, BLOCK_BYTES); block !== undefined && block.length > 0; ) {
    const lines = `${rest}${Buffer.from(block).toString("latin1")}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) take(utf8(Buffer.from(line, "latin1")));
    at += block.length;
    block = files.readPart(path, at, BLOCK_BYTES);
  }
  return { bad, firstBad, torn: rest !== "" };
}
