/** A power cut after any file operation of a verb: every file is old or new, never half, and a second run completes it. */
import { renameSync } from "node:fs";
import { type Chance, fault, LONG, type Tally } from "../support/faults/count-faults.ts";
import { profileFor, SCENARIOS, type Scenario } from "../support/faults/crash-scenarios.ts";
import { ageLeftovers, filesIn, runVerb } from "../support/faults/invariants.ts";
import { Disk, traceSteps } from "../support/faults/power-cut.ts";
import { endPause } from "../support/model/typed-model.ts";
import type { Profile } from "../support/program/profile.ts";

/**
 * Files that a power cut may tear, by decision: logs, whose readers skip a torn last line; the history, which git checks
 * by hash; caches, which are written again; and the count of skipped beats, a statistic that is not worth a sync a minute.
 */
const MAY_TEAR =
  /\.jsonl$|^journal\.md$|^calls\.txt$|^\.memory\.git\/|^(?:pulse|skips)\.json$|^tick\.log$|^\.(?:seen|flapping|goal-activity|makers|spend-today)\.json$|^runs\/|\.tmp$|^\.lock\//;

/** Returns the files that are neither old nor new. */
function halves(me: Profile, disk: Disk): string[] {
  return filesIn(me.data).flatMap((path) => {
    const versions = disk.versions.get(path);
    if (MAY_TEAR.test(path) || versions === undefined) return [];
    const text = Buffer.from(me.read(path) ?? "").toString("latin1");
    return versions.has(text) ? [] : [`${path} is neither old nor new: ${JSON.stringify(text.slice(0, 60))}`];
  });
}

/** Runs the verb on a simulated disk, and cuts the power after some of its operations. */
function cutAll(tally: Tally, chance: Chance, act: Scenario, cuts: number): void {
  const me = profileFor(act);
  try {
    const before = new Disk(me.data);
    const steps = traceSteps(me, act.args, act.env);
    // Collects all versions of each file, to tell old or new from half.
    for (const step of steps) before.do(step);
    const points = chance.some([...steps.keys()], cuts);
    for (const point of points)
      tally.struck(`after ${steps[point]?.call} ${steps[point]?.args[0]}`, cutAt(act, point, chance));
  } finally {
    me.remove();
  }
}

function cutAt(act: Scenario, point: number, chance: Chance): string[] {
  const me = profileFor(act);
  try {
    const disk = new Disk(me.data);
    const steps = traceSteps(me, act.args, act.env);
    const lost = `${me.data}.lost`;
    for (const step of steps.slice(0, point + 1)) disk.do(step);
    disk.cut(lost, chance);
    for (const step of steps.slice(point + 1)) disk.do(step);
    renameSync(me.data, `${me.data}.whole`);
    renameSync(lost, me.data);
    const broken = halves(me, disk);
    ageLeftovers(me);
    endPause(me);
    const again = runVerb(me, act.args, act.env);
    const ended = again.exit === 0 || act.again?.includes(Number(again.exit)) === true;
    if (!ended) broken.push(`typed again it ended with ${again.exit}: ${again.stderr}`);
    const next = runVerb(me, ["tick"]);
    // The pause after a failed beat may still last.
    if (next.exit !== 0 && next.exit !== 7)
      broken.push(`the next beat ended with ${next.exit}: ${next.stdout}${next.stderr}`);
    return broken;
  } finally {
    me.remove();
  }
}

for (const [name, act] of Object.entries(SCENARIOS)) {
  fault(`power cut in ${name}`, (tally, chance) => cutAll(tally, chance, act, LONG ? 25 : 3), 300_000);
}
