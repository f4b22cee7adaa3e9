/** Text about the readings that `looop _look` prints for a repository or a folder. */

import { clip, plainLine } from "../text.ts";
import type { ReadingFields } from "./brief.ts";

/** Returns true for the reading of a git repository. */
export function isRepo(facts: ReadingFields): boolean {
  return typeof facts["uncommitted"] === "number";
}

function isFolder(facts: ReadingFields): boolean {
  return typeof facts["entries"] === "number";
}

/** Returns the lines of a report about a repository or a folder, or undefined for any other reading. */
export function linesOf(facts: ReadingFields): string[] | undefined {
  if (isRepo(facts)) return repoLines(facts);
  return isFolder(facts) ? folderLines(facts) : undefined;
}

function repoLines(facts: ReadingFields): string[] {
  const files = texts(facts["changed"]);
  const unnamed = count(facts["uncommitted"]) - files.length;
  return [
    `Branch ${words(facts["branch"], "(none)")} at ${words(facts["commit"], "no commit yet")}.`,
    `Not committed: ${count(facts["uncommitted"])}. Not pushed: ${count(facts["ahead"])}. Not pulled: ${count(facts["behind"])}.`,
    ...(files.length === 0 ? [] : ["", ...files.map((file) => `- ${file}`)]),
    ...(unnamed > 0 && files.length > 0 ? [`- and ${unnamed} more`] : []),
  ];
}

function folderLines(facts: ReadingFields): string[] {
  const names = texts(facts["names"]);
  const unnamed = count(facts["entries"]) - names.length;
  const why = words(facts["git"], "");
  return [
    ...(why === "" ? [] : [`Not read as a git repository: ${why}.`, ""]),
    names.length === 0 ? "It is empty." : `${entriesText(facts)}, newest first:`,
    ...(names.length === 0 ? [] : ["", ...names.map((name) => `- ${name}`)]),
    ...(unnamed > 0 ? [`- and ${unnamed} more`] : []),
  ];
}

/** Returns a reading in a few words. */
export function summary(facts: ReadingFields): string {
  if (isRepo(facts)) {
    const kinds = { uncommitted: "not committed", ahead: "not pushed", behind: "not pulled" };
    const counts = Object.entries(kinds).flatMap(([key, kind]) =>
      count(facts[key]) === 0 ? [] : [`${count(facts[key])} ${kind}`],
    );
    return `${words(facts["branch"], "no branch")} has ${counts.join(", ") || "nothing unfinished"}`;
  }
  if (isFolder(facts)) return `${entriesText(facts)}, the newest is ${words(facts["newest"], "none")}`;
  return clip(plainLine(JSON.stringify(facts)), 120);
}

function entriesText(facts: ReadingFields): string {
  const entries = count(facts["entries"]);
  return entries === 1 ? "1 entry" : `${entries} entries`;
}

/** Returns the strings of a list in a reading, each on one line. Leaves out empty ones, and all after the first 20. */
export function texts(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  const lines = value.filter((it) => typeof it === "string").map((it) => clip(plainLine(it), 200));
  return lines.filter((line) => line !== "").slice(0, 20);
}

/** Returns a string in a reading on one line, at most 100 characters, or `fallback` when it is empty or not a string. */
export function words(value: unknown, fallback: string): string {
  return typeof value === "string" && value !== "" ? clip(plainLine(value), 100) : fallback;
}

/** Returns a count in a reading, or 0 when the value is not a whole number above 0. */
export function count(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 0;
}
