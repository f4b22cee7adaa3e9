/** The limits of `npm run bench:idle`: how often a quiet day may call the model. */
import { expect, test } from "bun:test";
import { faultsOf, live, SCENES } from "../../bench/idle-day.ts";

for (const scene of SCENES) {
  test(`24 h, ${scene.name}: at most ${scene.limit} calls, by the model server's own count`, async () => {
    const day = await live(scene);
    expect({ faults: faultsOf(scene, day), ...day }).toMatchObject({ faults: [], beats: 1440 });
  });
}
