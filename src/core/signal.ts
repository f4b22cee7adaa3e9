/** The signals that have the same number on Linux and macOS, by number. */
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

/** Returns the name of signal `number` without SIG, or undefined when systems differ on it. */
export function signalName(number: number): string | undefined {
  return NAMES[number] || undefined;
}

/** Returns the number of a signal like `SIGKILL`, or 0 when systems differ on it. */
export function signalNumber(name: string | undefined): number {
  return Math.max(0, NAMES.indexOf(name?.replace(/^SIG/, "") || "none"));
}
