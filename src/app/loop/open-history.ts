import { History } from "../../store/history/history.ts";
import type { App } from "../open.ts";

/** Returns a function that opens the history of this data folder; it returns undefined while git is missing. */
export async function openHistory({ clock, env, files, paths, proc }: App): Promise<() => History | undefined> {
  const deps = {
    ...{ files, clock, env },
    proc: await proc(),
    data: paths().data,
    sha1: (await import("../../sys/ffi/hash.ts")).sha1,
    deflate: (await import("../../sys/ffi/deflate.ts")).deflate,
  };
  return () => History.open(deps);
}
