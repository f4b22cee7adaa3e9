import process from "node:process";

/**
 * Calls `told` with whatever nobody caught, which would otherwise end this process without a word: a bug of ours, thrown
 * or rejected. From here on it is the caller who ends the process.
 */
export function onCrash(told: (error: unknown) => void): void {
  process.on("uncaughtException", told);
  process.on("unhandledRejection", told);
}
