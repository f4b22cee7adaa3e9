import { sessionId } from "../names.ts";
import type { Move } from "./move.ts";

/**
 * Returns the files that a move would overwrite or act on, as paths in the data folder. The move is carried out only if
 * they have not changed since it was proposed. `sensors` are the names of the existing sensor files.
 */
export function targetsOf(move: Move, sensors: readonly string[]): string[] {
  switch (move.action) {
    case "write_goal":
    case "archive_goal":
      return [`goals/${move.id}.md`];
    case "write_sensor":
      return [`sensors/${sensorFile(move.name, sensors)}`];
    case "write_playbook":
      return ["PLAYBOOK.md"];
    case "kill_worker":
    case "tell_worker":
      // Identifies one session: a later one can have the same id.
      return [`sessions/${sessionId(move.id)}/meta.json`];
    case "write_schedule":
    case "drop_schedule":
      return [`schedules/${move.name}.json`];
    case "noop":
    case "run_shell":
    case "start_worker":
    case "look":
    case "ask_human":
      return [];
  }
}

/** Returns the file of the sensor `name`: an existing `name` or `name.sh`, else a new file with exactly that name. */
export function sensorFile(name: string, sensors: readonly string[]): string {
  if (sensors.includes(name) || !sensors.includes(`${name}.sh`)) return name;
  return `${name}.sh`;
}

/** Returns true when making a move twice has the same effect as making it once. */
export function isRepeatable(move: Move): boolean {
  switch (move.action) {
    case "noop":
    case "look":
    case "write_goal":
    case "write_sensor":
    case "write_playbook":
    case "write_schedule":
    case "drop_schedule":
      return true;
    case "run_shell":
    case "archive_goal":
    case "start_worker":
    case "kill_worker":
    case "tell_worker":
    case "ask_human":
      return false;
  }
}
