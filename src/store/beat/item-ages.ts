/** `.seen.json`: since when each item of the world is unchanged. A beat updates it; only ages shown to the decider use it. */
import { isRecord, parseJson } from "../../core/json.ts";
import { bytesOf } from "../../core/text.ts";
import type { World } from "../../core/world/world.ts";
import type { Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";

/** By item: since when it is unchanged, in milliseconds since the epoch. */
export type ItemAges = Readonly<Record<string, number>>;

/** Updates the record with this world, and returns since when each item is unchanged. */
export function updateItemAges(files: Files, paths: Paths, world: World, nowMs: number): ItemAges {
  const value = parseJson(files.read(paths.itemAges) ?? "");
  const old = isRecord(value) && isRecord(value["items"]) ? value["items"] : {};
  let isNew = false;
  const items = Object.fromEntries(
    Object.entries(world.items).map(([name, { digest }]) => {
      const before = Object.hasOwn(old, name) ? old[name] : undefined;
      const short = digest.slice(0, 16);
      if (isRecord(before) && before["digest"] === short && typeof before["since_ms"] === "number")
        return [name, { digest: short, since_ms: before["since_ms"] }];
      isNew = true;
      return [name, { digest: short, since_ms: nowMs }];
    }),
  );
  if (isNew || Object.keys(old).length !== Object.keys(items).length)
    overwrite(files, paths, `${JSON.stringify({ v: 1, items })}\n`);
  return Object.fromEntries(Object.entries(items).map(([name, { since_ms }]) => [name, since_ms]));
}

/** Overwrites the file in place, without waiting for the disk. After a torn write, every item counts as new. */
function overwrite(files: Files, paths: Paths, text: string): void {
  const writer = files.openWriter(paths.itemAges);
  try {
    writer.write(bytesOf(text));
  } finally {
    writer.close();
  }
}
