/** A profile whose looop uses one of the real agents, which talks to the test's own model server. */
import { onTestFinished } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import type { Scenario } from "../../fakes/model/scenario.ts";
import { type ModelServer, startModelServer } from "../../fakes/model/server.ts";
import { processesWith } from "../process/processes.ts";
import { ANYTHING, type Expected, looopAsync } from "../program/looop.ts";
import { type Profile, profileToRemove } from "../program/profile.ts";
import type { Outcome } from "../program/run.ts";
import type { Cli } from "./agent-clis.ts";

export interface World {
  readonly me: Profile;
  readonly server: ModelServer;
  /** Runs `looop ...args`. */
  looop(args: readonly string[], expected?: Expected): Promise<Outcome>;
  /** Returns how many answers this script of the scenario has given. */
  asked(script: string): number;
}

export interface WorldOptions {
  readonly scenario: Scenario | string;
  readonly mode: "agent" | "typed";
  readonly env?: Readonly<Record<string, string>>;
}

/** Makes such a profile; the end of the test ends and removes everything in it. */
export async function world(cli: Cli, { scenario, mode, env = {} }: WorldOptions): Promise<World> {
  const server = await startModelServer(scenario);
  const agents = process.env["LOOOP_AGENTS"] ?? "";
  const made = profileToRemove({ path: agents.split(":") });
  const me: Profile = { ...made, env: { ...made.env, ...cli.pointAt(server.url, made.home), ...env } };
  const looop = (args: readonly string[], expected: Expected = {}) =>
    looopAsync(args, { profile: me, stdout: ANYTHING, ...expected });
  onTestFinished(async () => {
    try {
      await looop(["down", "--workers"], { stderr: ANYTHING });
    } finally {
      await server.close();
      // codex leaves its own service running, which all its windows share and no worker's end ends.
      for (const pid of processesWith(`${me.home}/`)) end(pid);
      me.remove();
    }
  });
  // A login shell starts a worker, and on some systems resets PATH.
  writeFileSync(join(me.home, ".bash_profile"), `export PATH='${me.env["PATH"]}'\n`);
  writeFileSync(join(me.home, ".gitconfig"), "[user]\nname = A Person\nemail = person@example.org\n");
  me.write("PLAYBOOK.md", "Keep the goals up to date.\n");
  me.goal("docs", "Docs.\n");
  me.config(`default = "${cli.name}"\n[decide]\nmode = "${mode}"\n`);
  return { me, server, looop, asked: (script) => server.requests.filter((it) => it.script === script).length };
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
