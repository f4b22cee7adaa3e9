import { isRecord, parseJson } from "../../core/json.ts";
import { bytesOf } from "../../core/text.ts";
import type { World } from "../../core/world/world.ts";
import type { Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";

/** Since when each item of the world is as it is: `.seen.json`. Only ages come from it, so a lost one is no loss. */
export type Since = Readonly<Record<string, number>>;

/** Brings the record up to date with this look, and returns since when each item stands, in milliseconds since the epoch. */
export function sinceWhen(files: Files, paths: Paths, world: World, nowMs: number): Since {
  const value = parseJson(files.read(paths.itemAges) ?? "");
  const old = isRecord(value) && isRecord(value["items"]) ? value["items"] : {};
  let isNew = false;
  const items = Object.fromEntries(
    Object.entries(world.items).map(([name, { digest }]) => {
      const was = Object.hasOwn(old, name) ? old[name] : undefined;
      const short = digest.slice(0, 16);
      if (isRecord(was) && was["digest"] === short && typeof was["since_ms"] === "number")
        return [name, { digest: short, since_ms: was["since_ms"] }];
      isNew = true;
      return [name, { digest: short, since_ms: nowMs }];
    }),
  );
  if (isNew || Object.keys(old).length !== Object.keys(items).length)
    keep(files, paths, `${JSON.stringify({ v: 1, items })}\n`);
  return Object.fromEntries(Object.entries(items).map(([name, { since_ms }]) => [name, since_ms]));
}

/** In place and without waiting for the disk: whoever reads half of it only takes everything for new. */
function keep(files: Files, paths: Paths, text: string): void {
  const writer = files.openWriter(paths.itemAges);
  try {
    writer.write(bytesOf(text));
  } finally {
    writer.close();
  }
}
