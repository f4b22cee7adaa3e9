import { dirname } from "node:path";
import { type Finding, ok, orOk, problem } from "../../core/doctor/finding.ts";
import { expected } from "../../core/error.ts";
import { channelsOn, type NotifySettings } from "../../core/notify/notify-settings.ts";
import { plainLine } from "../../core/text.ts";
import { readSent } from "../../store/notify/sent-file.ts";
import type { Paths } from "../../store/paths.ts";
import { readConfig } from "../../store/read-config.ts";
import type { Files } from "../../sys/sys.ts";
import { readSecret } from "../notify/channel/secret.ts";
import type { DoctorDeps } from "./check.ts";

/** Checks the secrets of the channels, and what the pulse could not send. Sends nothing. Without `[notify]`, finds nothing. */
export async function checkNotify({ app, paths }: DoctorDeps): Promise<readonly Finding[]> {
  const notify = await notifySettings(app.files, paths);
  if (notify === undefined) return [];
  const { ntfy, telegram, webhook } = notify.channels;
  const secrets = [webhook?.secret_file, ntfy?.token_file, telegram?.token_file].flatMap((file): Finding[] => {
    if (file === undefined) return [];
    try {
      readSecret({ env: app.env, files: app.files, configFolder: dirname(paths.config) }, file);
      return [];
    } catch (error) {
      expected(error);
      return [problem("notify", error.message, error.hint)];
    }
  });
  const { failing } = readSent(app.files, paths);
  const on = channelsOn(notify);
  const failures = on.flatMap((name): Finding[] => {
    const error = failing[name]?.error;
    return error === undefined
      ? []
      : [problem("notify", `${name}: ${plainLine(error)}`, `Try it with \`looop notify test ${name}\``)];
  });
  if (on.length === 0) return [ok("notify", "[notify] has no channel")];
  return orOk("notify", [...secrets, ...failures], `sends by ${on.join(", ")}`);
}

/** Returns undefined for a broken config too, which another check reports. */
async function notifySettings(files: Files, paths: Paths): Promise<NotifySettings | undefined> {
  try {
    return (await readConfig(files, paths)).config.notify;
  } catch (error) {
    expected(error);
    return undefined;
  }
}
