import { sessionId } from "../names.ts";
import type { Move } from "./move.ts";

/**
 * What a move would overwrite or act upon, as paths in the data folder: it is carried out only while these are as they
 * were when it was proposed. `sensors` are the files there are, because `ci` may mean `ci.sh`.
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
      // Names one life of the worker: an id can be used again.
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

/** The file of the sensor that `name` means: the one that is there, else a new one of that very name. */
export function sensorFile(name: string, sensors: readonly string[]): string {
  if (sensors.includes(name) || !sensors.includes(`${name}.sh`)) return name;
  return `${name}.sh`;
}

/** Whether making this move twice would do more than making it once. */
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
