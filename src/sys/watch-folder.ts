import { type FSWatcher, watch } from "node:fs";
import type { WatchFolder } from "./sys.ts";

/** Watches by the kernel's notices. It never calls back where the kernel has none (network file systems, no watches left). */
export const watchFolder: WatchFolder = (path, onChange) => {
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(path, { persistent: false }, onChange);
    watcher.on("error", () => watcher?.close());
  } catch {
    // The folder is gone, or the user's watches are used up: the caller also polls.
  }
  return { close: () => watcher?.close() };
};
