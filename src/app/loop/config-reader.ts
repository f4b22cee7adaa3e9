import type { Config } from "../../core/config/config.ts";
import { readIntervals } from "../../core/config/limits.ts";
import { configStamp } from "../../store/pulse-state.ts";
import { readConfig } from "../../store/read-config.ts";
import type { App } from "../open.ts";

/**
 * Returns a reader of the config for each beat. It reads the file again only after a change, and warns of each problem
 * once. A broken config is read again every time, and throws (exit 3) every time.
 */
export function configReader({ env, files, output, paths }: App): () => Promise<Config> {
  const told = new Set<string>();
  let known: { readonly stamp: string; readonly config: Config } | undefined;
  return async () => {
    // Taken before the read, so that a change during the read is read the next time.
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
