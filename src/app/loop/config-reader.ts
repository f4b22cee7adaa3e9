import type { Config } from "../../core/config/config.ts";
import { readIntervals } from "../../core/config/limits.ts";
import { configStamp } from "../../store/pulse-state.ts";
import { readConfig } from "../../store/read-config.ts";
import type { App } from "../open.ts";

/**
 * The config for each beat: read again only when its file has changed, and each thing that is odd about it is told once.
 * A broken one throws (exit 3) every time, and is read again every time.
 */
export function configReader({ env, files, output, paths }: App): () => Promise<Config> {
  const told = new Set<string>();
  let known: { readonly stamp: string; readonly config: Config } | undefined;
  return async () => {
    // Before the read: what changes while it is read is read again the next time.
    const stamp = configStamp(files, paths());
    if (known?.stamp === stamp) return known.config;
    const { config, warnings } = await readConfig(files, paths());
    const fresh = [...warnings, ...readIntervals(env, config).warnings].filter((warning) => !told.has(warning));
    for (const warning of fresh) {
      told.add(warning);
      await output.warn(warning);
    }
    known = { stamp, config };
    return config;
  };
}
