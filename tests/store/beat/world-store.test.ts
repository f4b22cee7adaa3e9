import { describe, expect, test } from "bun:test";
import { readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bytesOf, utf8 } from "../../../src/core/text.ts";
import type { World } from "../../../src/core/world/world.ts";
import { WorldStore } from "../../../src/store/beat/world-store.ts";
import { files } from "../../../src/sys/files.ts";
import { dataFolder } from "../../support/program/data-folder.ts";

const NONE = new Uint8Array();
const WORLD: World = { hash: "h1", items: { playbook: { digest: "d", shown: "" } } };

function opened() {
  const paths = dataFolder();
  files.makeDir(paths.readings);
  return { paths, worldStore: new WorldStore(files, paths) };
}

describe("WorldStore.publish()", () => {
  test("stores the exact bytes under the sensor's name, with its stderr in a second file", () => {
    const { paths, worldStore } = opened();
    worldStore.publish("a.py", new Uint8Array([0, 0xff]), bytesOf("err"));

    expect(worldStore.readings()).toEqual([{ id: "a.py", bytes: new Uint8Array([0, 0xff]) }]);
    expect(readdirSync(paths.readings).sort()).toEqual(["sensor-a.py.err", "sensor-a.py.json"]);
    worldStore.publish("a.py", NONE, NONE);
    expect(readdirSync(paths.readings)).toEqual(["sensor-a.py.json"]);
  });

  test("changes only the time for an equal reading: readers keep the same file", () => {
    const { paths, worldStore } = opened();
    const file = join(paths.readings, "sensor-a.json");
    worldStore.publish("a", bytesOf("1"), NONE);
    utimesSync(file, 1_000, 1_000);
    const before = statSync(file);
    worldStore.publish("a", bytesOf("1"), NONE);

    const after = statSync(file);
    expect([after.ino === before.ino, after.mtimeMs > before.mtimeMs]).toEqual([true, true]);
  });

  test("keepOnly() removes the readings of other sensors, and nothing else", () => {
    const { paths, worldStore } = opened();
    for (const id of ["a", "b", "two\nlines"]) worldStore.publish(id, bytesOf("1"), bytesOf("2"));
    writeFileSync(join(paths.readings, "notes.txt"), "");
    worldStore.keepOnly(new Set(["a"]));

    expect(readdirSync(paths.readings).sort()).toEqual(["notes.txt", "sensor-a.err", "sensor-a.json"]);
  });

  test("ages() says which readings are failures", () => {
    const { worldStore } = opened();
    worldStore.publish("bad", bytesOf('{"signal":{"error":true,"exit_code":1}}'), NONE);
    worldStore.publish("good", bytesOf('{"signal":1}'), NONE);

    expect([...worldStore.ages()].map(([id, { failed }]) => [id, failed])).toEqual([
      ["bad", true],
      ["good", false],
    ]);
  });

  test("readings() returns the readings in the order of names", () => {
    const { worldStore } = opened();
    for (const id of ["b", "a"]) worldStore.publish(id, bytesOf(id), NONE);

    expect(worldStore.readings().map(({ bytes }) => utf8(bytes))).toEqual(["a", "b"]);
  });
});

describe("WorldStore.lastWorld()", () => {
  test("is undefined before the first decide, and then the world that it saw", () => {
    const { worldStore } = opened();

    expect([worldStore.lastHash(), worldStore.lastWorld()]).toEqual(["", undefined]);
    worldStore.saveLastWorld(WORLD);
    expect([worldStore.lastHash(), worldStore.lastWorld()]).toMatchObject(["h1", WORLD]);
  });

  test.each(["", "{", '{"v":1,"hash":"h1"}', '{"v":1,"hash":"other","items":{}}', '{"v":2,"hash":"h1","items":{}}'])(
    "returns no world for a file of %p, but still its hash",
    (text) => {
      const { paths, worldStore } = opened();
      worldStore.saveLastWorld(WORLD);
      writeFileSync(paths.lastWorld, text);

      expect([worldStore.lastHash(), worldStore.lastWorld()]).toEqual(["h1", undefined]);
    },
  );
});
