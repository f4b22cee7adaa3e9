/** Holds that a function takes time in proportion to its input, on a machine that may be busy with other things. */
import process from "node:process";

/** The larger size is this many times the smaller one. */
const GROWTH = 4;

/** Most that the time may grow by: linear is 4, quadratic 16. The rest is for pauses of the memory and for other compilers. */
const MAX_RATIO = 10;

/** A time below this is never too long, in milliseconds: such small times cannot be compared. */
const SHORT_MS = 60;

/** Sizes at which a function that goes back and forth without end would already be slow, so that it cannot hang the test. */
const SMALL_SIZES = [64, 512, 4_096];

/** Returns the processor's time for `work`, in milliseconds; other programs on the machine do not count. */
function cpuMs(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** Returns why `read` is not linear on the texts of `input`, by their size in characters; undefined when it is. */
export function whyNotLinear(
  read: (text: string) => unknown,
  input: (size: number) => string,
  size: number,
): string | undefined {
  const timeOf = (text: string) => cpuMs(() => read(text));
  const least = (text: string) => Math.min(timeOf(text), timeOf(text), timeOf(text));
  for (const small of SMALL_SIZES) {
    const text = input(small);
    if (timeOf(text) > SHORT_MS * 4 && least(text) > SHORT_MS * 4) return `${small} characters take too long`;
  }
  const [one, four] = [input(size), input(size * GROWTH)];
  if (timeOf(four) < SHORT_MS) return undefined;
  const [short, long] = [least(one), least(four)];
  // Times below a millisecond are of the clock, not of the function.
  if (long < SHORT_MS || long / Math.max(short, 1) < MAX_RATIO) return undefined;
  // A few milliseconds to a few hundred is also what a change of the engine's mode looks like: a third size tells.
  const more = timeOf(input(size * GROWTH * GROWTH));
  return more / long < MAX_RATIO
    ? undefined
    : `${size}, ${size * GROWTH} and ${size * GROWTH ** 2} characters take ${short}, ${long} and ${more} ms`;
}
