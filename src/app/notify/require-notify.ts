import { EXIT, LooopError } from "../../core/error.ts";
import type { NotifySettings } from "../../core/notify/notify-settings.ts";
import { readConfig } from "../../store/read-config.ts";
import type { App } from "../open.ts";

/** Returns the settings of `[notify]`. Throws (exit 3) without such a table. */
export async function requireNotify({ files, paths }: App): Promise<NotifySettings> {
  const { config } = await readConfig(files, paths());
  if (config.notify !== undefined) return config.notify;
  throw new LooopError({
    message: `Cannot notify: ${paths().config} has no [notify]`,
    hint: "Set up a channel with `looop notify setup`, or see docs/notify.md",
    exit: EXIT.setup,
  });
}
