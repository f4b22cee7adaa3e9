import { settleToday } from "../store/ledger.ts";
import type { LastBeat } from "../store/pulse.ts";
import { writePulse } from "../store/pulse.ts";
import type { Context } from "./context.ts";
import { settingsOf } from "./settings.ts";
import { type Beat, tick } from "./tick.ts";

/** One beat, with a note for `status` of how it went. The caller holds the beat lock. */
export async function beat(context: Context): Promise<Beat> {
  const result = await tick(context);
  const { files, paths, clock } = context;
  settleToday(files, paths, clock.now());
  const settings = await settingsOf(context);
  writePulse(files, paths, { ...settings?.state, beat: noteOf(result, clock.now()) });
  return result;
}

function noteOf(result: Beat, atMs: number): LastBeat {
  switch (result.kind) {
    case "held":
      return { atMs, kind: result.kind, reason: result.reason };
    case "failed":
      return { atMs, kind: result.kind, reason: result.error.message.split("\n")[0] ?? "" };
    case "unchanged":
    case "acted":
    case "interrupted":
      return { atMs, kind: result.kind };
  }
}
