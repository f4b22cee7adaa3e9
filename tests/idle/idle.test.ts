/** A day in which little happens asks the model no more often than it should: `npm run bench:idle`, with its limits. */
import { expect, test } from "bun:test";
import { faultsOf, live, SCENES } from "../../bench/idle-day.ts";

for (const scene of SCENES) {
  test(`24 h, ${scene.name}: at most ${scene.limit} calls, by the model server's own count`, async () => {
    const day = await live(scene);
    expect({ faults: faultsOf(scene, day), ...day }).toMatchObject({ faults: [], beats: 1440 });
  });
}
