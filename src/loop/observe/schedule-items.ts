import type { Section } from "../../core/prompt/prompt.ts";
import { bytesOf, clip, plainLine } from "../../core/text.ts";
import { scheduleReading, scheduleWords } from "../../core/world/schedule.ts";
import { type Item, signalItem } from "../../core/world/world.ts";
import type { ScheduleFile } from "../../store/policy/schedules.ts";
import type { Sha256 } from "../../sys/sys.ts";

/** The part of a schedule's note that is shown, in characters. */
const NOTE_CHARS = 500;

/** Returns the schedules as items of the world: each changes when it falls due. */
export function scheduleItems(schedules: readonly ScheduleFile[], nowMs: number, sha256: Sha256): Record<string, Item> {
  return Object.fromEntries(
    schedules.map(({ name, schedule }) => [
      `schedule:${name}`,
      signalItem(bytesOf(scheduleReading(schedule, nowMs)), sha256),
    ]),
  );
}

/** Returns the prompt section about the schedules, with each name as `named` and each note as `tell` returns it. */
export function scheduleSection(
  schedules: readonly ScheduleFile[],
  nowMs: number,
  named: (name: string) => string = (name) => name,
  tell: (name: string, note: string) => string = (_name, note) => note,
): Section {
  const entries = schedules.map(({ name, schedule }) => {
    const note = typeof schedule === "string" ? undefined : schedule.note;
    const words = `- ${named(name)}: ${scheduleWords(schedule, nowMs)}`;
    return note === undefined ? words : `${words}: ${clip(plainLine(tell(name, note)), NOTE_CHARS)}`;
  });
  return { title: "SCHEDULES (one that is due stays so until it is dropped or written anew)", entries };
}
