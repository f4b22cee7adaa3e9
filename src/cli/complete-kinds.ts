import type { LiveKind } from "../core/cli/candidate.ts";

/** The values of an argument: names that exist at run time, a path, or one of these words. */
export type Kind = LiveKind | "file" | readonly string[];

/** By verb and argument. An argument that is missing here is free text. `worker` is a live session. */
const KINDS: Readonly<Record<string, Kind>> = {
  "answer ask": "ask",
  "ask id": "worker",
  "ask --ref": "file",
  "attach id": "worker",
  "claim name": "claim",
  "claim --session": "worker",
  "cost scope": ["all", "today"],
  "demo folder": "file",
  "detach id": "worker",
  "diff beat": "beat",
  "expect id": "worker",
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
  "resize id": "worker",
  "restart id": "worker",
  "run goal": "goal",
  "schedule rm name": "schedule",
  "schedule write name": "schedule",
  "screenshot id": "session",
  "send id": "worker",
  "send --file": "file",
  "send --key": ["Enter", "Escape", "Tab", "Space", "Up", "Down", "Left", "Right", "C-c", "C-d"],
  "sensor add recipe": "recipe",
  "sensor archive name": "sensor",
  "sensor show name": "sensor",
  "sensor trust name": "sensor",
  "sensor untrust name": "sensor",
  "sensor write name": "sensor",
  "start-session runner-name": "runner",
  "start-session --runner": "runner",
  "start-session --cwd": "file",
  "start-session --prompt-file": "file",
  "tell worker": "worker",
  "told worker": "worker",
  "unclaim name": "claim",
  "unclaim --session": "worker",
  "undo beat": "beat",
  "unflag id": "worker",
  "wait id": "worker",
  "why beat": "beat",
};

/** Returns the kind of the argument `name` of `verb`: a positional by its name, an option with or without its dashes. */
export function kindOf(verb: string, name: string): Kind | undefined {
  return KINDS[`${verb} ${name}`] ?? KINDS[`${verb} --${name}`];
}

/** All keys, for the test that each is an existing argument. */
export const KIND_KEYS: readonly string[] = Object.keys(KINDS);
