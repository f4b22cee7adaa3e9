import type { LiveKind } from "../core/cli/candidate.ts";

/** What the value of an argument is: names that there are, a path, or one of these words. */
export type Kind = LiveKind | "file" | readonly string[];

/** By verb and argument. What is not here is free text, and nothing is offered. `worker` is a session that lives. */
const KINDS: Readonly<Record<string, Kind>> = {
  "answer ask": "ask",
  "ask id": "worker",
  "ask --ref": "file",
  "attach id": "worker",
  "claim name": "claim",
  "claim --session": "worker",
  "cost scope": ["all", "today"],
  "demo folder": "file",
  "diff beat": "beat",
  "flag id": "worker",
  "goal archive id": "goal",
  "goal show id": "goal",
  "goal write id": "goal",
  "init --data": "file",
  "init --runner": "runner",
  "kill id": "worker",
  "log id": "session",
  "playbook show earlier": "playbook",
  "replay beat": "beat",
  "replay --runner": "runner",
  "replay --playbook": "file",
  "run goal": "goal",
  "schedule rm name": "schedule",
  "schedule write name": "schedule",
  "screenshot id": "session",
  "send id": "worker",
  "send --key": ["Enter", "Escape", "Tab", "Space", "Up", "Down", "Left", "Right", "C-c", "C-d"],
  "sensor archive name": "sensor",
  "sensor show name": "sensor",
  "sensor trust name": "sensor",
  "sensor untrust name": "sensor",
  "sensor write name": "sensor",
  "start-session runner": "runner",
  "start-session --cwd": "file",
  "start-session --prompt-file": "file",
  "tell worker": "worker",
  "told worker": "worker",
  "unclaim name": "claim",
  "unclaim --session": "worker",
  "undo beat": "beat",
  "unflag id": "worker",
  "why beat": "beat",
};

/** What the argument `name` of `verb` takes: a positional by its name, an option with its dashes or without. */
export function kindOf(verb: string, name: string): Kind | undefined {
  return KINDS[`${verb} ${name}`] ?? KINDS[`${verb} --${name}`];
}

/** All keys, for the test that says each is of an argument that there is. */
export const KIND_KEYS: readonly string[] = Object.keys(KINDS);
