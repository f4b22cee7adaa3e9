/** A person whose looop works with one of the real agents, which talks to a model server of the test's own. */
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
  /** How often the model was asked by this script of the scenario. */
  asked(script: string): number;
}

export interface WorldOptions {
  readonly scenario: Scenario | string;
  readonly mode: "agent" | "typed";
  readonly env?: Readonly<Record<string, string>>;
}

/** Makes one that is gone when the test ends, with all that ran in it. */
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
      // codex leaves a service of its own behind, which no worker's end ends: it is one for all its windows.
      for (const pid of processesWith(`${me.home}/`)) end(pid);
      me.remove();
    }
  });
  // A worker is started by a login shell, which on some systems forgets the PATH that it was given.
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
