import { shellQuote } from "../core/shell.ts";
import type { Paths } from "../store/paths.ts";

/** What precedes `looop` in a command that a person can paste: the data folder, when it is not the default one. */
export function commandPrefix(paths: Paths): string {
  return paths.isDefault ? "" : `LOOOP_DATA_DIR=${shellQuote(paths.data)} `;
}
