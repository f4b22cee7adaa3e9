import { EXIT, LooopError } from "../core/error.ts";
import type { EndedBy, Status } from "../core/session/record.ts";
import type { Program } from "./session-program.ts";

/** The state of a supervised session, with the data that only this state has. */
export type Phase =
  /** No program runs yet. A kill that comes now is remembered, and the program is never started. */
  | { readonly kind: "starting"; readonly killedBy: EndedBy | undefined }
  | { readonly kind: "running"; readonly program: Program }
  /** The program is being ended, and will be started again. */
  | { readonly kind: "restarting"; readonly program: Program }
  /** The program is being ended for good. */
  | { readonly kind: "ending"; readonly program: Program; readonly by: EndedBy }
  /** A bug in the supervisor ends the session. */
  | { readonly kind: "crashed"; readonly program: Program }
  /** The program has ended, and the record is final. */
  | { readonly kind: "over"; readonly program: Program };

export type PhaseEvent =
  | { readonly kind: "opened"; readonly program: Program }
  | { readonly kind: "reopen-failed" }
  | { readonly kind: "restart" }
  | { readonly kind: "kill"; readonly by: EndedBy }
  | { readonly kind: "exited" }
  | { readonly kind: "crash" };

/** Returns the state after `event`: the same object when the event changes nothing. */
export function nextPhase(phase: Phase, event: PhaseEvent): Phase {
  switch (event.kind) {
    case "opened":
      return phase.kind === "starting" || phase.kind === "restarting"
        ? { kind: "running", program: event.program }
        : phase;
    case "reopen-failed":
      return phase.kind === "restarting" ? { kind: "over", program: phase.program } : phase;
    case "restart":
      return phase.kind === "running" ? { kind: "restarting", program: phase.program } : phase;
    case "kill":
      return afterKill(phase, event.by);
    case "exited":
      return phase.kind === "running" || phase.kind === "ending" ? { kind: "over", program: phase.program } : phase;
    case "crash":
      return phase.kind === "starting" || phase.kind === "crashed"
        ? phase
        : { kind: "crashed", program: phase.program };
  }
}

/** Throws (exit 1) when session `id` was killed before its program started. */
export function refuseIfKilled(phase: Phase, id: string): void {
  if (phase.kind !== "starting" || phase.killedBy === undefined) return;
  throw new LooopError({
    message: `Cannot start session ${id}: it was killed before its program started`,
    hint: "Start it again if you still want it",
    exit: EXIT.failed,
  });
}

/** Returns true while a program runs or is about to. */
export function canRun({ kind }: Phase): boolean {
  return kind === "starting" || kind === "running" || kind === "restarting";
}

/** The first kill decides who ended the session. */
function afterKill(phase: Phase, by: EndedBy): Phase {
  switch (phase.kind) {
    case "starting":
      return phase.killedBy === undefined ? { kind: "starting", killedBy: by } : phase;
    case "running":
    case "restarting":
      return { kind: "ending", program: phase.program, by };
    case "ending":
    case "crashed":
    case "over":
      return phase;
  }
}

/** The part of the final record that tells how a program ended. */
export type FinalStatus = Pick<Status, "state" | "exit_code" | "ended_by" | "signal">;

/** Returns how a program ended that exited with `code` in `phase`, or how a session ends whose program never ran. */
export function finalStatus(phase: Phase, code: number | null = null): FinalStatus {
  if (phase.kind === "starting") return neverRan(phase.killedBy);
  const signal = phase.kind === "ending" ? phase.program.lastSignal : undefined;
  if (phase.kind !== "ending" || signal === undefined) return { state: "exited", exit_code: code, ended_by: "exit" };
  // The PTY library reports a program that died by a signal as exit 1, so a 1 after our signal is not a code.
  return { state: "killed", exit_code: code === 1 ? null : code, ended_by: phase.by, signal };
}

function neverRan(killedBy: EndedBy | undefined): FinalStatus {
  if (killedBy === undefined) return { state: "exited", exit_code: null };
  return { state: "killed", exit_code: null, ended_by: killedBy };
}
