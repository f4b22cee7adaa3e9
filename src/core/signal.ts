/** By number, those that Linux and macOS share. */
const NAMES = [
  "",
  "HUP",
  "INT",
  "QUIT",
  "ILL",
  "TRAP",
  "ABRT",
  "",
  "FPE",
  "KILL",
  "",
  "SEGV",
  "",
  "PIPE",
  "ALRM",
  "TERM",
];

/** The name of signal `number` without its SIG, or undefined when it has none that every system agrees on. */
export function signalName(number: number): string | undefined {
  return NAMES[number] || undefined;
}

/** The number of a signal like `SIGKILL`, or 0 when it is none of those that every system agrees on. */
export function signalNumber(name: string | undefined): number {
  return Math.max(0, NAMES.indexOf(name?.replace(/^SIG/, "") || "none"));
}
