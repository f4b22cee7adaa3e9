/** Another time for the built program, by libfaketime, where that is installed. */
import { existsSync } from "node:fs";

/** Debian's libfaketime; undefined where it is not. */
const LIBRARY = ["x86_64", "aarch64"]
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketime.so.1`)
  .find((path) => existsSync(path));

/** Returns the environment of a program that believes this local time; monotonic clocks go on as they are. */
export function at(time: string, zone = "UTC"): Record<string, string> {
  if (LIBRARY === undefined) throw new Error("libfaketime is not installed: apt-get install libfaketime");
  return { LD_PRELOAD: LIBRARY, FAKETIME: time, FAKETIME_DONT_FAKE_MONOTONIC: "1", DONT_FAKE_MONOTONIC: "1", TZ: zone };
}

/** The same for a moment in UTC, like `2027-06-01T09:00:00Z`, whatever the zone. */
export function atMoment(moment: string, zone = "UTC"): Record<string, string> {
  return { ...at(`@${Date.parse(moment) / 1_000}`, zone), FAKETIME_FMT: "%s" };
}
