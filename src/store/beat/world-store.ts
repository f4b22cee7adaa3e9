/**
 * `snapshots/sensor-<name>.json` and `.err`, the last reading of each sensor, and the world of the last successful
 * decide: `.last-world.json` and its hash, `.last-tick-hash`. Only a beat writes them.
 */
import { Buffer } from "node:buffer";
import { join } from "node:path";
import * as v from "valibot";
import { parseJson } from "../../core/json.ts";
import { isFailure, type LastReading } from "../../core/world/sensor.ts";
import type { Document, World } from "../../core/world/world.ts";
import type { Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";

const PREFIX = "sensor-";

const WorldFile = v.object({
  v: v.literal(1),
  hash: v.string(),
  items: v.record(
    v.string(),
    v.object({
      digest: v.string(),
      shown: v.string(),
      maker: v.optional(v.object({ file: v.string(), sha256: v.string() })),
    }),
  ),
});

/** The last reading of each sensor, and the world that the last successful decide saw. */
export class WorldStore {
  readonly #files: Files;
  readonly #paths: Paths;

  constructor(files: Files, paths: Paths) {
    this.#files = files;
    this.#paths = paths;
  }

  /** Returns all readings, by sensor name. */
  readings(): Document[] {
    return this.#names().flatMap((id) => {
      const bytes = this.#files.readBytes(this.#file(id, "json"));
      return bytes === undefined ? [] : [{ id, bytes }];
    });
  }

  /** Returns the time of each reading and if it is a failure, for the interval directive. */
  ages(): Map<string, LastReading> {
    const ages = new Map<string, LastReading>();
    for (const id of this.#names()) {
      const stat = this.#files.stat(this.#file(id, "json"));
      const head = this.#files.readPart(this.#file(id, "json"), 0, 40);
      if (stat !== undefined && head !== undefined) ages.set(id, { mtimeMs: stat.mtimeMs, failed: isFailure(head) });
    }
    return ages;
  }

  /** Stores a reading and its stderr. For an equal reading only the file's time changes. */
  publish(id: string, reading: Uint8Array, stderr: Uint8Array): void {
    this.#put(this.#file(id, "json"), reading);
    if (stderr.length === 0) this.#files.remove(this.#file(id, "err"));
    else this.#put(this.#file(id, "err"), stderr);
  }

  /** Removes the readings of all other sensors. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const name of this.#files.list(this.#paths.readings)) {
      const id = name.match(/^sensor-(.*)\.(?:json|err)$/s)?.[1];
      if (id !== undefined && !ids.has(id)) this.#files.remove(join(this.#paths.readings, name));
    }
  }

  /** Returns the hash of the world that the last successful decide saw; "" before the first. */
  lastHash(): string {
    return this.#files.read(this.#paths.lastHash)?.trim() ?? "";
  }

  /** Returns that world, or undefined on the first beat and when the file does not match the hash. */
  lastWorld(): World | undefined {
    const parsed = v.safeParse(WorldFile, parseJson(this.#files.read(this.#paths.lastWorld) ?? ""));
    return parsed.success && parsed.output.hash === this.lastHash() ? parsed.output : undefined;
  }

  /** Saves the world of a successful decide. The hash is written last: a kill between the two only repeats a beat. */
  saveLastWorld(world: World): void {
    this.#files.write(this.#paths.lastWorld, `${JSON.stringify({ v: 1, hash: world.hash, items: world.items })}\n`);
    this.#files.write(this.#paths.lastHash, `${world.hash}\n`);
  }

  #put(path: string, bytes: Uint8Array): void {
    const old = this.#files.readBytes(path);
    if (old !== undefined && Buffer.compare(old, bytes) === 0) this.#files.touch(path);
    else this.#files.write(path, bytes);
  }

  #names(): string[] {
    return this.#files
      .list(this.#paths.readings)
      .filter((name) => name.startsWith(PREFIX) && name.endsWith(".json"))
      .map((name) => name.slice(PREFIX.length, -".json".length));
  }

  #file(id: string, ending: "json" | "err"): string {
    return join(this.#paths.readings, `${PREFIX}${id}.${ending}`);
  }
}
