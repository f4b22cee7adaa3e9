import { Memory } from "../store/memory.ts";
import type { App } from "./open.ts";

/** What finds this profile's memory, as long as git is there. */
export async function openMemory({ clock, env, files, paths, proc }: App): Promise<() => Memory | undefined> {
  const edge = {
    ...{ files, clock, env },
    proc: await proc(),
    data: paths().data,
    sha1: (await import("../sys/hash.ts")).sha1,
    deflate: (await import("../sys/deflate.ts")).deflate,
  };
  return () => Memory.open(edge);
}
