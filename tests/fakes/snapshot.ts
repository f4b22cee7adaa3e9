import { bytesOf } from "../../src/core/text.ts";
import { worldOf } from "../../src/core/world/world.ts";
import type { BeatSnapshot } from "../../src/loop/observe/snapshot.ts";
import { sha256 } from "../../src/sys/ffi/hash.ts";

/** A snapshot in which nothing is there but a PLAYBOOK, and nothing changed; but for `over`. */
export function fakeSnapshot(over: Partial<BeatSnapshot> = {}): BeatSnapshot {
  const observed = { playbook: bytesOf("Be quiet.\n"), goals: [], readings: [], workers: [], ...over.observed };
  const world = worldOf(observed, sha256);
  return {
    ...{ observed, world, policy: "p", workers: observed.workers, claims: [], schedules: [], sensors: [] },
    extras: {
      ...{ wanted: undefined, shell: undefined, cutOff: undefined, answers: [], stateOf: () => "live" },
      asks: { pending: [], answered: [], damaged: [] },
    },
    ...{ lastHash: world.hash, lastWorld: undefined, changes: [], flapsBefore: {}, flaps: {} },
    ...{ failure: undefined, interruptedRun: undefined },
    ...over,
  };
}
