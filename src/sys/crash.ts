import process from "node:process";

/**
 * Calls `told` with each uncaught exception and unhandled rejection, so that a bug is reported. The process then no
 * longer ends by itself: the caller ends it.
 */
export function onCrash(told: (error: unknown) => void): void {
  process.on("uncaughtException", told);
  process.on("unhandledRejection", told);
}
