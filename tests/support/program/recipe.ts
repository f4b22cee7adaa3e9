/** Ready-made sensors, added by the program and run as a beat runs them. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { ANYTHING, looop } from "./looop.ts";
import type { Profile } from "./profile.ts";

/** What a sensor printed. */
export interface Look {
  readonly exit: number | null;
  /** The parsed reading, or the raw text when it is not JSON. */
  readonly signal: unknown;
  readonly detail: unknown;
  /** How often in a row the look failed, when its reading is an earlier one. */
  readonly failed: number | undefined;
  readonly stderr: string;
}

/** Adds a recipe, and returns a function that runs its script once, and keeps its reading as a beat does. */
export function addRecipe(
  person: Profile,
  recipe: string,
  settings: Readonly<Record<string, string | number>> = {},
): (env?: Readonly<Record<string, string>>) => Promise<Look> {
  const words = Object.entries(settings).flatMap(([name, value]) => ["--set", `${name}=${value}`]);
  looop(["sensor", "add", recipe, "--force", ...words], { profile: person, stdout: ANYTHING, stderr: ANYTHING });
  return async (env = {}) => {
    const { exit, stdout, stderr } = await ended(join(person.data, "sensors", recipe), person, env);
    // As looop records a failure.
    const reading = exit === 0 ? stdout : `{"signal":{"error":true,"exit_code":${exit}},"detail":{}}\n`;
    person.write(`snapshots/sensor-${recipe}.json`, reading);
    return { exit, ...(JSON.parse(reading) as Pick<Look, "detail" | "failed" | "signal">), stderr };
  };
}

/** Does not block: the script may ask a server of this process. */
function ended(path: string, person: Profile, env: Readonly<Record<string, string>>) {
  const child = spawn(path, [], {
    cwd: person.data,
    env: { ...person.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  return new Promise<{ exit: number | null; stdout: string; stderr: string }>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exit) =>
      resolve({ exit, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    );
  });
}
