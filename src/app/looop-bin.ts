import { join } from "node:path";
import { shellLine } from "../core/shell/quote.ts";
import type { App } from "./open.ts";

/**
 * Returns a path that runs this looop, for LOOOP_BIN: the binary itself, or, when looop runs from source, a script in the
 * data folder that starts the runtime with that source.
 */
export async function looopBin(app: App): Promise<string> {
  const self = await app.self();
  if (self.length === 1 && self[0] !== undefined) return self[0];
  const folder = join(app.paths().data, ".lib");
  const path = join(folder, "looop");
  const script = `#!/bin/sh\nexec ${shellLine(self)} "$@"\n`;
  if (app.files.read(path) === script) return path;
  app.files.makeDir(folder);
  app.files.write(path, script, 0o700);
  return path;
}
