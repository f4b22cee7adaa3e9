/** Every verb that changes something, killed with -9 before each of its file operations, and typed again. */

import { type Chance, fault, LONG, type Tally } from "../support/faults/count-faults.ts";
import { ACTS, type Act, found, pointsOf } from "../support/faults/crash-scenarios.ts";
import { grow, swept, torn, tried } from "../support/faults/invariants.ts";
import { strike } from "../support/process/syscall-faults.ts";

/** Kills it there, types it again, and says what is broken; undefined when the kill did not come about. */
function killedAt(act: Act, operation: Parameters<typeof strike>[2]): string[] | undefined {
  const me = found(act);
  try {
    const { hit, stdout } = strike(me, act.args, operation, { kind: "kill" }, act.env);
    if (!hit) return undefined;
    const cut = torn(me);
    grow(me);
    const again = tried(me, act.args, act.env);
    const isDone = again.exit === 0 || act.again?.includes(Number(again.exit)) === true;
    const refused = isDone ? [] : [`typed again it ended with ${again.exit}: ${again.stderr}`];
    const got = act.done(me, stdout + again.stdout);
    const wrong = Bun.deepEquals(got, act.want) ? [] : [`did ${JSON.stringify(got)}, not ${JSON.stringify(act.want)}`];
    return [...cut, ...refused, ...wrong, ...torn(me), ...swept(me)];
  } finally {
    me.remove();
  }
}

/** All of a verb's points in the long form; in the short form some. */
function strikeAll(tally: Tally, chance: Chance, name: string, act: Act, most: number): void {
  for (const operation of chance.some(pointsOf(act), most)) {
    const broken = killedAt(act, operation);
    if (broken !== undefined) tally.struck(`${name} before ${operation.text}`, broken);
  }
}

for (const [name, act] of Object.entries(ACTS)) {
  fault(`kill -9 of ${name}`, (tally, chance) => strikeAll(tally, chance, name, act, LONG ? 60 : 4));
}
