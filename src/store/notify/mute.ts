/** `.notify-mute.json`: the time until which nothing is sent. `looop notify mute` writes it. */
import { isRecord, parseJson } from "../../core/json.ts";
import type { Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";

/** Returns the end of the mute in milliseconds since the epoch; 0 without one. */
export function mutedUntilMs(files: Files, { notifyMute }: Pick<Paths, "notifyMute">): number {
  const value = parseJson(files.read(notifyMute) ?? "");
  return isRecord(value) && typeof value["untilMs"] === "number" ? value["untilMs"] : 0;
}

export function writeMute(files: Files, { notifyMute }: Pick<Paths, "notifyMute">, untilMs: number): void {
  files.write(notifyMute, `${JSON.stringify({ v: 1, untilMs })}\n`);
}

export function endMute(files: Files, { notifyMute }: Pick<Paths, "notifyMute">): void {
  files.remove(notifyMute);
}
