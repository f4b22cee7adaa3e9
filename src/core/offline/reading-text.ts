/** What the built-in rules understand of a reading: what `_look` says of a repository or a folder. */

import { clip, plainLine } from "../text.ts";
import type { Facts } from "./brief.ts";

/** Whether this is what `_look` says of a git repository. */
export function isRepo(facts: Facts): boolean {
  return typeof facts["uncommitted"] === "number";
}

function isFolder(facts: Facts): boolean {
  return typeof facts["entries"] === "number";
}

/** A look at a repository or a folder, as the lines of a report; undefined for any other reading. */
export function linesOf(facts: Facts): string[] | undefined {
  if (isRepo(facts)) return repoLines(facts);
  return isFolder(facts) ? folderLines(facts) : undefined;
}

function repoLines(facts: Facts): string[] {
  const files = texts(facts["changed"]);
  const left = count(facts["uncommitted"]) - files.length;
  return [
    `Branch ${words(facts["branch"], "(none)")} at ${words(facts["commit"], "no commit yet")}.`,
    `Not committed: ${count(facts["uncommitted"])}. Not pushed: ${count(facts["ahead"])}. Not pulled: ${count(facts["behind"])}.`,
    ...(files.length === 0 ? [] : ["", ...files.map((file) => `- ${file}`)]),
    ...(left > 0 && files.length > 0 ? [`- and ${left} more`] : []),
  ];
}

function folderLines(facts: Facts): string[] {
  const names = texts(facts["names"]);
  const left = count(facts["entries"]) - names.length;
  const why = words(facts["git"], "");
  return [
    ...(why === "" ? [] : [`Not read as a git repository: ${why}.`, ""]),
    names.length === 0 ? "It is empty." : `${entries(facts)}, newest first:`,
    ...(names.length === 0 ? [] : ["", ...names.map((name) => `- ${name}`)]),
    ...(left > 0 ? [`- and ${left} more`] : []),
  ];
}

/** A reading in a few words. */
export function summary(facts: Facts): string {
  if (isRepo(facts)) {
    const kinds = { uncommitted: "not committed", ahead: "not pushed", behind: "not pulled" };
    const counts = Object.entries(kinds).flatMap(([key, kind]) =>
      count(facts[key]) === 0 ? [] : [`${count(facts[key])} ${kind}`],
    );
    return `${words(facts["branch"], "no branch")} has ${counts.join(", ") || "nothing unfinished"}`;
  }
  if (isFolder(facts)) return `${entries(facts)}, the newest is ${words(facts["newest"], "none")}`;
  return clip(plainLine(JSON.stringify(facts)), 120);
}

function entries(facts: Facts): string {
  const many = count(facts["entries"]);
  return many === 1 ? "1 entry" : `${many} entries`;
}

/** The texts of a list from a reading: one line each, none empty, at most 20. */
export function texts(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  const lines = value.filter((it) => typeof it === "string").map((it) => clip(plainLine(it), 200));
  return lines.filter((line) => line !== "").slice(0, 20);
}

/** A text from a reading on one line, at most 100 characters, or `none`. */
export function words(value: unknown, none: string): string {
  return typeof value === "string" && value !== "" ? clip(plainLine(value), 100) : none;
}

/** A count from a reading; what is none is 0. */
export function count(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 0;
}
