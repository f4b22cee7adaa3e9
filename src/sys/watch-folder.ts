import { type FSWatcher, watch } from "node:fs";
import type { WatchFolder } from "./sys.ts";

/** By the kernel's notices. Where there are none (network file systems, no watches left) it stays silent. */
export const watchFolder: WatchFolder = (path, onChange) => {
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(path, { persistent: false }, onChange);
    watcher.on("error", () => watcher?.close());
  } catch {
    // The folder is gone, or the user's watches are used up: the caller looks from time to time.
  }
  return { close: () => watcher?.close() };
};
