import { join } from "node:path";
import { EXIT, LooopError } from "../core/error.ts";
import { isDoubted, isDoubtedLine, isVouched } from "../core/gate/vouching.ts";
import { bareId, bareWorker, isReserved } from "../core/names.ts";
import { bytesOf, plainLine } from "../core/text.ts";
import { goalIds } from "../store/policy/goals.ts";
import { journalTail } from "../store/policy/journal.ts";
import {
  isInDoubt,
  type ProvenanceDeps,
  readRecord,
  recordApprovedLines,
  recordVouched,
  recordVouchedName,
} from "../store/policy/provenance.ts";

/** The texts that are in doubt, by the names under which the person approves them. */

/** The journal lines that an approval is about: more than a prompt shows. */
const JOURNAL_LINES = 100;

/** A text that the person can approve, as it stands. */
export interface Approvable {
  readonly bytes: Uint8Array;
  /** Records the person's yes to it. The caller holds the lock. */
  vouch(): void;
}

/** Returns the names of the texts in doubt: `goal:docs`, `journal (2 lines)`. */
export function doubtfulNames(deps: ProvenanceDeps): string[] {
  const { files, paths, sha256 } = deps;
  const record = readRecord(deps);
  if (record === "damaged") return ["everything: .provenance.json cannot be read"];
  const schedules = files.list(paths.schedules).filter((name) => name.endsWith(".json"));
  const names = [
    "playbook",
    ...goalIds(files, paths.goals).map((id) => `goal:${id}`),
    ...schedules.map((name) => `schedule:${name.slice(0, -".json".length)}`),
  ];
  const found = names.filter((name) => {
    const path = fileOf(name);
    const bytes =
      files.stat(join(paths.data, path))?.kind === "file" ? files.readBytes(join(paths.data, path)) : undefined;
    if (bytes === undefined || isVouched(record, path, sha256(bytes))) return false;
    return isDoubted(record, { path, bytes }, sha256);
  });
  const workers = record.hasBaseline ? workerNames(deps).filter((name) => !record.names.includes(name)) : [];
  const lines = doubtfulLines(deps).length;
  return [...found.sort(), ...workers, ...(lines === 0 ? [] : [`journal (${lines} lines)`])];
}

/** Returns the text of that name. Throws (exit 2) for a name of nothing, and (exit 4) when nothing of it is in doubt. */
export function approvable(deps: ProvenanceDeps, name: string): Approvable {
  const { files, paths } = deps;
  if (name === "journal") {
    const lines = doubtfulLines(deps);
    if (lines.length === 0) throw nothing(name, "nothing of it is in doubt");
    return { bytes: bytesOf(lines.map((line) => `${line}\n`).join("")), vouch: () => recordApprovedLines(deps, lines) };
  }
  if (name.startsWith("worker:")) return approvableName(deps, name);
  const path = pathOf(name);
  const bytes = files.readBytes(join(paths.data, path));
  if (bytes === undefined) throw nothing(name, `there is no ${name.replace(":", " ")}`);
  if (readRecord(deps) === "damaged" || !isInDoubt(deps, { path, bytes }))
    throw nothing(name, "nothing of it is in doubt");
  return { bytes, vouch: () => recordVouched(deps, { path, bytes }) };
}

/** Returns the names of the workers there are records of: `worker:docs`. */
function workerNames({ files, paths }: Pick<ProvenanceDeps, "files" | "paths">): string[] {
  const ids = files.list(paths.sessions).filter((id) => bareWorker(id) !== id && !isReserved(id));
  return ids.map((id) => `worker:${bareWorker(id)}`);
}

/** The name of a worker is all there is to approve: its words stay in doubt. */
function approvableName(deps: ProvenanceDeps, name: string): Approvable {
  const record = readRecord(deps);
  if (!workerNames(deps).includes(name)) throw nothing(name, `there is no ${name.replace(":", " ")}`);
  if (record === "damaged" || record.names.includes(name)) throw nothing(name, "its name is not in doubt");
  return { bytes: bytesOf(`${name}\n`), vouch: () => recordVouchedName(deps, name) };
}

/** Returns the last journal lines that are recorded as in doubt. */
function doubtfulLines(deps: ProvenanceDeps): string[] {
  const record = readRecord(deps);
  if (record === "damaged") return [];
  const lines = journalTail(deps.files, deps.paths.journal, JOURNAL_LINES);
  return lines.filter((line) => isDoubtedLine(record, line, deps.sha256));
}

/** Returns the file of a name such as `goal:docs`. Throws (exit 2) for any other form. */
function pathOf(name: string): string {
  const [kind = "", id = ""] = name.split(":");
  if (kind === "goal" || kind === "schedule") bareId(kind, id);
  else if (name !== "playbook")
    throw new LooopError({
      message: `Cannot approve ${plainLine(name)}: that names no text`,
      hint: "Use goal:<id>, schedule:<name>, worker:<id>, playbook or journal",
      exit: EXIT.usage,
    });
  return fileOf(name);
}

function fileOf(name: string): string {
  const [kind = "", id = ""] = name.split(":");
  if (kind === "goal") return `goals/${id}.md`;
  return kind === "schedule" ? `schedules/${id}.json` : "PLAYBOOK.md";
}

function nothing(name: string, why: string): LooopError {
  return new LooopError({
    message: `Cannot approve ${plainLine(name)}: ${why}`,
    hint: "See what is with `looop approve`",
    exit: EXIT.notFound,
  });
}
