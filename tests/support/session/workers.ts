/** Workers in tests: real bash in real PTYs. The end of the test ends them. */
import { onTestFinished } from "bun:test";
import { ANYTHING, looop } from "../program/looop.ts";
import { type Profile, profileToRemove } from "../program/profile.ts";

/** Returns a profile whose pulse and workers end with the test. */
export function fleetProfile(settings = ""): Profile {
  const me = profileToRemove();
  me.write("PLAYBOOK.md", "Be quiet.\n");
  me.config(settings === "" ? 'default = "offline"\n' : settings);
  onTestFinished(() => {
    try {
      looop(["down", "--workers"], { profile: me, stdout: ANYTHING, stderr: ANYTHING });
    } finally {
      me.remove();
    }
  });
  return me;
}

/** Starts a worker that runs `command`. */
export function worker(me: Profile, id: string, command: string, env: Record<string, string> = {}): void {
  looop(["start-session", id, "do it", "--command", command], { profile: me, env, stdout: ANYTHING });
}

export interface Row {
  readonly id: string;
  readonly state: string;
  readonly alive: boolean;
  readonly frozen: boolean;
  readonly ours: boolean;
  readonly exit_code: number | null;
  readonly ended_by: string | null;
  readonly note: string | null;
  readonly cwd: string | null;
}

/** Returns the rows of `ls --json --all`. */
export function sessions(me: Profile): Row[] {
  const { stdout } = looop(["ls", "--all", "--json"], { profile: me, stdout: ANYTHING });
  return (JSON.parse(stdout) as { sessions: Row[] }).sessions;
}

/** Returns the row of one session, by its full id. */
export function session(me: Profile, id: string): Row | undefined {
  return sessions(me).find((row) => row.id === id);
}

/** Returns a session's whole transcript. */
export function transcript(me: Profile, id: string): string {
  return me.read(`sessions/${id}/output.log`) ?? "";
}
