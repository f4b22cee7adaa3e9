/** Times on the clock of a zone: as a person types them, as cron(5) writes them, and as they are shown. */

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** The sets of days that have a name, as cron's day of the week. */
const NAMED: Readonly<Record<string, string>> = { daily: "*", weekdays: "1-5", weekends: "0,6" };

/** Returns hour and minute of `09:00`; undefined for anything else. */
export function timeOfDay(text: string): { readonly hour: number; readonly minute: number } | undefined {
  const [, hour = "", minute = ""] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text.trim()) ?? [];
  return hour === "" ? undefined : { hour: Number(hour), minute: Number(minute) };
}

/** Returns the cron rule for a time of day on `daily`, `weekdays`, `weekends`, or `mon,thu`; undefined for other words. */
export function cronOf(at: string, on: string): string | undefined {
  const time = timeOfDay(at);
  const days = NAMED[on.trim().toLowerCase()] ?? dayNumbers(on);
  return time === undefined || days === undefined ? undefined : `${time.minute} ${time.hour} * * ${days}`;
}

function dayNumbers(on: string): string | undefined {
  const numbers = on.split(",").map((day) => DAYS.indexOf(day.trim().toLowerCase().slice(0, 3)));
  return numbers.includes(-1) ? undefined : numbers.join(",");
}

/** Returns a rule in words where it has simple ones: `at 09:00 on weekdays (Europe/Berlin)`. */
export function cronWords({ cron, zone }: { readonly cron: string; readonly zone: string }): string {
  const [, minute = "", hour = "", days = ""] = /^(\d+) (\d+) \* \* (\S+)$/.exec(cron) ?? [];
  const named = Object.entries(NAMED).find(([, value]) => value === days)?.[0] ?? dayNames(days);
  if (minute === "" || named === undefined) return `cron ${cron} (${zone})`;
  const when = named === "daily" ? "daily" : `on ${named}`;
  return `at ${hour.padStart(2, "0")}:${minute.padStart(2, "0")} ${when} (${zone})`;
}

function dayNames(days: string): string | undefined {
  const names = days.split(",").map((day) => DAYS[Number(day)]);
  return names.includes(undefined) ? undefined : names.join(",");
}
