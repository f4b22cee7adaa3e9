/**
 * The built-in runner: a few written rules in the place of a model. It spends nothing, needs no network and does the
 * same for the same prompt, so it shows how the loop works. It understands three shapes of readings and nothing else.
 */

import { isBareId } from "../names.ts";
import { clip, plainLine } from "../text.ts";
import type { Brief, Facts } from "./brief.ts";
import { foldersIn } from "./offline-worker.ts";
import { isRepo, linesOf, summary, texts, words } from "./reading-text.ts";

/** One move. `journal` is the line to append, without its time. */
export type OfflineMove =
  | { readonly kind: "report"; readonly id: string; readonly lines: readonly string[]; readonly journal: string }
  | { readonly kind: "goal"; readonly id: string; readonly goal: string; readonly journal: string }
  | { readonly kind: "worker"; readonly id: string; readonly task: string; readonly journal: string }
  | { readonly kind: "note"; readonly goal: string; readonly line: string; readonly journal: string }
  | { readonly kind: "nothing"; readonly journal: string };

/** Whether there is or was something of this id: a goal, a worker, a worker's report. */
export type Known = (id: string) => boolean;

type Rule = (brief: Brief, known: Known) => OfflineMove | undefined;

/** The rules in their order; the first that fits decides. */
const RULES: readonly Rule[] = [askedFor, newItem, unfinishedWork, workerNews, newDay];

/** The move for `brief`: of the first rule that fits, else nothing, with the reason. */
export function decideOffline(brief: Brief, known: Known): OfflineMove {
  for (const rule of RULES) {
    const move = rule(brief, known);
    if (move !== undefined) return move;
  }
  const seen = (brief.changes ?? []).slice(0, 3).map((line) => clip(plainLine(line), 80));
  const what = seen.length === 0 ? "nothing that a rule is about" : seen.join("; ");
  return { kind: "nothing", journal: `did nothing: no rule of the offline runner fits (${what})` };
}

/** A person ran `looop run <goal>`: note under that goal what the sensors say. */
function askedFor(brief: Brief): OfflineMove | undefined {
  const goal = brief.manualGoal;
  if (goal === undefined || !isBareId(goal)) return undefined;
  const said = [...brief.readings].map(([name, facts]) => `${name}: ${summary(facts)}`).join("; ");
  const line = said === "" ? "no sensor has a reading" : clip(said, 400);
  return { kind: "note", goal, line, journal: `noted under goal ${goal} what the sensors say, as it was asked for` };
}

/** A changed reading lists an item that nothing is about: one to look at something is a worker's, any other is a goal. */
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

/** The item, and which folder it is about: the one that it names itself, or a sensor looks at, or a goal names. */
function taskFor(item: string, brief: Brief): string {
  if (foldersIn(item).length > 0) return item;
  const looked = [...brief.readings.values()].flatMap((facts) => facts["repository"] ?? facts["folder"] ?? [])[0];
  const folder = typeof looked === "string" ? looked : foldersIn(brief.goals)[0];
  return folder === undefined ? item : `${item}. The folder is ${JSON.stringify(folder)}`;
}

/** A changed reading says what is unfinished in a repository, or what lies in a folder: keep a report of it. */
function unfinishedWork(brief: Brief): OfflineMove | undefined {
  const looks = changedReadings(brief).map(([id, facts]) => ({ id, facts, lines: linesOf(facts) }));
  const found = looks.find(({ facts }) => isRepo(facts)) ?? looks.find(({ lines }) => lines !== undefined);
  if (found?.lines === undefined) return undefined;
  const { id, facts, lines } = found;
  return { kind: "report", id, lines, journal: `${id}: ${summary(facts)}; wrote reports/${id}.md` };
}

/** A worker has begun, asks, or has ended. What it asks is the person's to answer, so say how it stands. */
function workerNews(brief: Brief): OfflineMove | undefined {
  const news = (brief.changes ?? []).flatMap((line) => {
    const [, id, now] = line.match(/^[+~] worker:(\S+?)(?: appeared)?: (?:.* → )?(.*)$/) ?? [];
    return id === undefined || now === undefined ? [] : [`worker ${id} ${standing(now)}`];
  });
  return news.length === 0 ? undefined : { kind: "nothing", journal: clip(news.join("; "), 400) };
}

function standing(now: string): string {
  return now.includes("⚑") ? "waits for the person: left alone" : `is now: ${clip(now, 80)}`;
}

/** Only the date is new. */
function newDay(brief: Brief): OfflineMove | undefined {
  const [first, ...others] = brief.changes ?? [];
  if (others.length > 0 || first === undefined || !/^[+~] snap:today\b/.test(first)) return undefined;
  const date = words(brief.readings.get("today")?.["date"], "the date changed");
  return { kind: "nothing", journal: `a new day (${date}), and nothing else changed` };
}

/** The readings that WHAT CHANGED names; on a first beat all of them. Only names that may be file names. */
function changedReadings(brief: Brief): [name: string, facts: Facts][] {
  const named = brief.changes?.flatMap((line) => line.match(/^[+~] snap:(\S+?)(?:: | appeared| edited|$)/)?.[1] ?? []);
  return [...brief.readings].filter(([name]) => isBareId(name) && (named === undefined || named.includes(name)));
}

/** `Call the plumber!` → `call-the-plumber`. Letters that cannot be in an id become their code points. */
export function slug(text: string): string {
  const plainWords = text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  if (plainWords !== "") return plainWords.slice(0, 48).replace(/-+$/, "");
  const points = [...text].slice(0, 6).map((char) => char.codePointAt(0)?.toString(16));
  return points.length === 0 ? "" : `item-${points.join("-")}`;
}
