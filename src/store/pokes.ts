/** `.poke` in the data folder: requests to sense at once, a line each. `looop poke` writes it, the next beat takes it. */
import { parseJson } from "../core/json.ts";
import type { Files } from "../sys/sys.ts";
import type { Paths } from "./paths.ts";

/** Requests a beat. It runs the named sensors even when an interval would keep their readings. */
export function poke(files: Files, paths: Pick<Paths, "pokes">, sensors: readonly string[]): void {
  files.append(paths.pokes, JSON.stringify(sensors));
}

/** Returns the names of all sensors that were requested, and removes the requests. */
export function takePokes(files: Files, paths: Pick<Paths, "pokes">): ReadonlySet<string> {
  if (files.stat(paths.pokes) === undefined) return new Set();
  // Renamed first: a request that comes now makes a new file, and is not lost.
  const taken = `${paths.pokes}.taken`;
  files.rename(paths.pokes, taken);
  const text = files.read(taken) ?? "";
  files.remove(taken);
  return new Set(text.split("\n").flatMap(namesIn));
}

function namesIn(line: string): string[] {
  const value = parseJson(line);
  return Array.isArray(value) ? value.filter((name): name is string => typeof name === "string") : [];
}
