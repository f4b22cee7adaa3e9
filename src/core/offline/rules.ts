/**
 * The offline runner: a few rules in place of a model. It spends nothing, needs no network and makes the same move for the
 * same prompt, so it can show how the loop works. It understands readings of repositories, of folders and of items only.
 */

import { isBareId } from "../names.ts";
import { clip, plainLine } from "../text.ts";
import type { Brief, ReadingFields } from "./brief.ts";
import { foldersIn } from "./offline-worker.ts";
import { isRepo, linesOf, summary, texts, words } from "./reading-text.ts";

/** The move of a rule. `journal` is the line for the journal, without its time. */
export type OfflineMove =
  | { readonly kind: "report"; readonly id: string; readonly lines: readonly string[]; readonly journal: string }
  | { readonly kind: "goal"; readonly id: string; readonly goal: string; readonly journal: string }
  | { readonly kind: "worker"; readonly id: string; readonly task: string; readonly journal: string }
  | { readonly kind: "note"; readonly goal: string; readonly line: string; readonly journal: string }
  | { readonly kind: "nothing"; readonly journal: string };

/** Returns true when a goal, a worker or a worker's report with this id exists or existed. */
export type Known = (id: string) => boolean;

type Rule = (brief: Brief, known: Known) => OfflineMove | undefined;

/** The rules, in the order in which they are tried. */
const RULES: readonly Rule[] = [manualRun, newItem, unfinishedWork, workerNews, newDay];

/** Returns the move of the first rule that applies, else a move that does nothing and says why. */
export function decideOffline(brief: Brief, known: Known): OfflineMove {
  for (const rule of RULES) {
    const move = rule(brief, known);
    if (move !== undefined) return move;
  }
  const seen = (brief.changes ?? []).slice(0, 3).map((line) => clip(plainLine(line), 80));
  const what = seen.length === 0 ? "no change that a rule covers" : seen.join("; ");
  return { kind: "nothing", journal: `did nothing: no rule of the offline runner applies (${what})` };
}

/** The person ran `looop run <goal>`: note the readings in that goal. */
function manualRun(brief: Brief): OfflineMove | undefined {
  const goal = brief.manualGoal;
  if (goal === undefined || !isBareId(goal)) return undefined;
  const said = [...brief.readings].map(([name, facts]) => `${name}: ${summary(facts)}`).join("; ");
  const line = said === "" ? "no sensor has a reading" : clip(said, 400);
  return { kind: "note", goal, line, journal: `noted under goal ${goal} what the sensors say, as it was asked for` };
}

/** A changed reading lists an item without a goal or worker: start a worker if it begins with "look", else write a goal. */
function newItem(brief: Brief, known: Known): OfflineMove | undefined {
  for (const [name, facts] of changedReadings(brief)) {
    for (const item of texts(facts["items"])) {
      const id = slug(item);
      if (id === "" || known(id)) continue;
      const found = `${name} has a new item, "${item}"`;
      if (/^look\b/i.test(item)) {
        return { kind: "worker", id, task: taskFor(item, brief), journal: `${found}: started worker ${id}` };
      }
      return { kind: "goal", id, goal: item, journal: `${found}: wrote goals/${id}.md` };
    }
  }
  return undefined;
}

/** Returns the item with its folder: one that it names, else one that a sensor looks at, else one that a goal names. */
function taskFor(item: string, brief: Brief): string {
  if (foldersIn(item).length > 0) return item;
  const looked = [...brief.readings.values()].flatMap((facts) => facts["repository"] ?? facts["folder"] ?? [])[0];
  const folder = typeof looked === "string" ? looked : foldersIn(brief.goals)[0];
  return folder === undefined ? item : `${item}. The folder is ${JSON.stringify(folder)}`;
}

/** A changed reading shows unfinished work in a repository, or the entries of a folder: write a report. */
function unfinishedWork(brief: Brief): OfflineMove | undefined {
  const looks = changedReadings(brief).map(([id, facts]) => ({ id, facts, lines: linesOf(facts) }));
  const found = looks.find(({ facts }) => isRepo(facts)) ?? looks.find(({ lines }) => lines !== undefined);
  if (found?.lines === undefined) return undefined;
  const { id, facts, lines } = found;
  return { kind: "report", id, lines, journal: `${id}: ${summary(facts)}; wrote reports/${id}.md` };
}

/** A worker began, asks or ended: put its state into the journal. Its question is for the person. */
function workerNews(brief: Brief): OfflineMove | undefined {
  const news = (brief.changes ?? []).flatMap((line) => {
    const [, id, now] = line.match(/^[+~] worker:(\S+?)(?: appeared)?: (?:.* → )?(.*)$/) ?? [];
    return id === undefined || now === undefined ? [] : [`worker ${id} ${stateText(now)}`];
  });
  return news.length === 0 ? undefined : { kind: "nothing", journal: clip(news.join("; "), 400) };
}

function stateText(now: string): string {
  return now.includes("⚑") ? "waits for the person: left alone" : `is now: ${clip(now, 80)}`;
}

/** Nothing changed but the date: do nothing, and say so. */
function newDay(brief: Brief): OfflineMove | undefined {
  const [first, ...others] = brief.changes ?? [];
  if (others.length > 0 || first === undefined || !/^[+~] snap:today\b/.test(first)) return undefined;
  const date = words(brief.readings.get("today")?.["date"], "the date changed");
  return { kind: "nothing", journal: `a new day (${date}), and nothing else changed` };
}

/** Returns the readings that WHAT CHANGED names, or all on a first beat. Skips names that are not safe as file names. */
function changedReadings(brief: Brief): [name: string, facts: ReadingFields][] {
  const named = brief.changes?.flatMap((line) => line.match(/^[+~] snap:(\S+?)(?:: | appeared| edited|$)/)?.[1] ?? []);
  return [...brief.readings].filter(([name]) => isBareId(name) && (named === undefined || named.includes(name)));
}

/** Returns an id for a text: `call-the-plumber` for `Call the plumber!`. A text without ASCII letters and digits becomes code points. */
export function slug(text: string): string {
  const ascii = text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  if (ascii !== "") return ascii.slice(0, 48).replace(/-+$/, "");
  const points = [...text].slice(0, 6).map((char) => char.codePointAt(0)?.toString(16));
  return points.length === 0 ? "" : `item-${points.join("-")}`;
}
