import { readFileSync } from "node:fs";
import process from "node:process";
import { ask } from "./identity.ts";

/** Returns the milliseconds since the machine started, its sleep included; undefined where the system does not report it. */
export function sinceBootMs(): number | undefined {
  try {
    if (process.platform === "linux") return Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]) * 1_000;
    const [, seconds] = /\bsec = (\d+)/.exec(ask("sysctl", ["-n", "kern.boottime"])) ?? [];
    return seconds === undefined ? undefined : Date.now() - Number(seconds) * 1_000;
  } catch {
    return undefined;
  }
}
