import type { Day } from "../../core/money/call.ts";
import { type OffsetMs, utcSecond } from "../../core/time.ts";
import { ffi } from "./ffi-bun.ts";
import { cFunctions } from "./libc.ts";

/** The positions of the first fields of `struct tm`, in 32-bit words. It has 56 bytes on Linux and macOS. */
const [SECOND, MINUTE, HOUR, DATE, MONTH, YEAR, DAYLIGHT] = [0, 1, 2, 3, 4, 5, 8];
const WORDS = 16;

type Library = ReturnType<typeof load>;

function load() {
  return cFunctions(ffi, {
    localtime_r: { args: ["buffer", "buffer"], returns: "pointer" },
    mktime: { args: ["buffer"], returns: "i64" },
  });
}

const two = (value = 0) => String(value).padStart(2, "0");

/** Returns `ms` as a `struct tm`, or undefined when it has no local time. */
function localFields(library: Library, ms: number): Int32Array | undefined {
  const tm = new Int32Array(WORDS);
  return library.localtime_r(new BigInt64Array([BigInt(Math.floor(ms / 1_000))]), tm) ? tm : undefined;
}

/** Returns the C library's offset of local time from UTC. */
export function openOffset(): OffsetMs {
  const library = load();
  return (ms) => {
    const tm = localFields(library, ms);
    if (tm === undefined) return 0;
    const word = (at: number) => tm[at] ?? 0;
    const local = Date.UTC(word(YEAR) + 1_900, word(MONTH), word(DATE), word(HOUR), word(MINUTE), word(SECOND));
    return local - Math.floor(ms / 1_000) * 1_000;
  };
}

/** Returns the local day of `ms` by the C library, or undefined. It is 4 ms faster than a first local Date. */
export function localDay(ms: number): Day | undefined {
  const library = load();
  const tm = localFields(library, ms);
  if (tm === undefined) return undefined;
  const word = (at: number) => tm[at] ?? 0;
  const [year, month, date] = [word(YEAR) + 1_900, word(MONTH) + 1, word(DATE)];
  /** Returns the first second of the day `days` later; mktime carries a 32nd into the next month. */
  const midnight = (days: number) => {
    tm.set([0, 0, 0, date + days, month - 1, year - 1_900]);
    tm[DAYLIGHT] = -1; // mktime finds out
    return utcSecond(Number(library.mktime(tm)) * 1_000);
  };
  return { date: `${year}-${two(month)}-${two(date)}`, from: midnight(0), to: midnight(1) };
}
