import { describe, expect, test } from "bun:test";
import { readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bytesOf, utf8 } from "../../../src/core/text.ts";
import type { World } from "../../../src/core/world/world.ts";
import { Snapshots } from "../../../src/store/beat/world-store.ts";
import { files } from "../../../src/sys/files.ts";
import { dataFolder } from "../../support/program/data-folder.ts";

const NONE = new Uint8Array();
const WORLD: World = { hash: "h1", items: { playbook: { digest: "d", shown: "" } } };

function opened() {
  const paths = dataFolder();
  files.makeDir(paths.readings);
  return { paths, snapshots: new Snapshots(files, paths) };
}

describe("Snapshots.publish()", () => {
  test("stores the exact bytes under the sensor's name, with its stderr in a second file", () => {
    const { paths, snapshots } = opened();
    snapshots.publish("a.py", new Uint8Array([0, 0xff]), bytesOf("err"));

    expect(snapshots.readings()).toEqual([{ id: "a.py", bytes: new Uint8Array([0, 0xff]) }]);
    expect(readdirSync(paths.readings).sort()).toEqual(["sensor-a.py.err", "sensor-a.py.json"]);
    snapshots.publish("a.py", NONE, NONE);
    expect(readdirSync(paths.readings)).toEqual(["sensor-a.py.json"]);
  });

  test("changes only the time for an equal reading: readers keep the same file", () => {
    const { paths, snapshots } = opened();
    const file = join(paths.readings, "sensor-a.json");
    snapshots.publish("a", bytesOf("1"), NONE);
    utimesSync(file, 1_000, 1_000);
    const before = statSync(file);
    snapshots.publish("a", bytesOf("1"), NONE);

    const after = statSync(file);
    expect([after.ino === before.ino, after.mtimeMs > before.mtimeMs]).toEqual([true, true]);
  });

  test("keepOnly() removes the readings of other sensors, and nothing else", () => {
    const { paths, snapshots } = opened();
    for (const id of ["a", "b", "two\nlines"]) snapshots.publish(id, bytesOf("1"), bytesOf("2"));
    writeFileSync(join(paths.readings, "notes.txt"), "");
    snapshots.keepOnly(new Set(["a"]));

    expect(readdirSync(paths.readings).sort()).toEqual(["notes.txt", "sensor-a.err", "sensor-a.json"]);
  });

  test("ages() says which readings are failures", () => {
    const { snapshots } = opened();
    snapshots.publish("bad", bytesOf('{"signal":{"error":true,"exit_code":1}}'), NONE);
    snapshots.publish("good", bytesOf('{"signal":1}'), NONE);

    expect([...snapshots.ages()].map(([id, { failed }]) => [id, failed])).toEqual([
      ["bad", true],
      ["good", false],
    ]);
  });

  test("readings() returns the readings in the order of names", () => {
    const { snapshots } = opened();
    for (const id of ["b", "a"]) snapshots.publish(id, bytesOf(id), NONE);

    expect(snapshots.readings().map(({ bytes }) => utf8(bytes))).toEqual(["a", "b"]);
  });
});

describe("Snapshots.lastWorld()", () => {
  test("is undefined before the first decide, and then the world that it saw", () => {
    const { snapshots } = opened();

    expect([snapshots.lastHash(), snapshots.lastWorld()]).toEqual(["", undefined]);
    snapshots.remember(WORLD);
    expect([snapshots.lastHash(), snapshots.lastWorld()]).toMatchObject(["h1", WORLD]);
  });

  test.each(["", "{", '{"v":1,"hash":"h1"}', '{"v":1,"hash":"other","items":{}}', '{"v":2,"hash":"h1","items":{}}'])(
    "returns no world for a file of %p, but still its hash",
    (text) => {
      const { paths, snapshots } = opened();
      snapshots.remember(WORLD);
      writeFileSync(paths.lastWorld, text);

      expect([snapshots.lastHash(), snapshots.lastWorld()]).toEqual(["h1", undefined]);
    },
  );
});
