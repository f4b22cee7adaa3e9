/** Every verb that changes something, killed with -9 before each of its file operations, and run again. */

import { type Chance, fault, LONG, type Tally } from "../support/faults/count-faults.ts";
import { operationsOf, profileFor, SCENARIOS, type Scenario } from "../support/faults/crash-scenarios.ts";
import { ageLeftovers, leftAfterBeat, runVerb, tornFiles } from "../support/faults/invariants.ts";
import { runWithFault } from "../support/process/syscall-faults.ts";

/** Kills a verb at an operation, runs it again, and returns the broken promises; undefined when the kill did not happen. */
function killedAt(act: Scenario, operation: Parameters<typeof runWithFault>[2]): string[] | undefined {
  const me = profileFor(act);
  try {
    const { hit, stdout } = runWithFault(me, act.args, operation, { kind: "kill" }, act.env);
    if (!hit) return undefined;
    const cut = tornFiles(me);
    ageLeftovers(me);
    const again = runVerb(me, act.args, act.env);
    const isDone = again.exit === 0 || act.again?.includes(Number(again.exit)) === true;
    const refused = isDone ? [] : [`typed again it ended with ${again.exit}: ${again.stderr}`];
    const got = act.done(me, stdout + again.stdout);
    const wrong = Bun.deepEquals(got, act.want) ? [] : [`did ${JSON.stringify(got)}, not ${JSON.stringify(act.want)}`];
    return [...cut, ...refused, ...wrong, ...tornFiles(me), ...leftAfterBeat(me)];
  } finally {
    me.remove();
  }
}

/** Kills a verb at all its operations in the long form, and at some in the short form. */
function strikeAll(tally: Tally, chance: Chance, name: string, act: Scenario, most: number): void {
  for (const operation of chance.some(operationsOf(act), most)) {
    const broken = killedAt(act, operation);
    if (broken !== undefined) tally.struck(`${name} before ${operation.text}`, broken);
  }
}

for (const [name, act] of Object.entries(SCENARIOS)) {
  fault(`kill -9 of ${name}`, (tally, chance) => strikeAll(tally, chance, name, act, LONG ? 60 : 4));
}
