import type { Move, MoveKind, MoveOf } from "../move/move.ts";
import { asShown, playbookBody } from "../prompt/prompt.ts";
import { matchesPattern } from "../shell/command-pattern.ts";
import { simpleCommand } from "../shell/simple-command.ts";
import { clip, plainLine } from "../text.ts";
import { droppedGuardrail } from "./guardrails.ts";
import { tripped } from "./tripwire.ts";
import type { Decision, Verdict } from "./verdict.ts";

/** The person's own rules: `[gates]` of the config. */
export interface Gates {
  /** Patterns of simple commands that may run without asking in a clean beat. */
  readonly allow: readonly string[];
  /** Verdicts that replace the defaults of a kind, in clean and tainted beats alike. */
  readonly overrides: Readonly<Partial<Record<MoveKind, Verdict>>>;
}

/** The gates of a config without `[gates]`. */
export const NO_GATES: Gates = { allow: [], overrides: {} };

/** The facts on which a verdict depends besides the move and the config. */
export interface GateFacts {
  /** True when unverified text was in the prompt. */
  readonly tainted: boolean;
  /** The PLAYBOOK that the move is judged against: the one the beat read, or the current one at an approval. */
  readonly playbook: string;
  /** The path of a text that the move would replace or remove and that may be the person's; undefined without one. */
  readonly takes?: string | undefined;
}

/**
 * The default verdicts of each kind: in a clean beat, in a tainted beat, and in a tainted beat when the move takes away
 * what may be the person's.
 */
const DEFAULTS: Readonly<Record<MoveKind, readonly [clean: Verdict, tainted: Verdict, taking?: Verdict]>> = {
  noop: ["allow", "allow"],
  look: ["allow", "allow"],
  ask_human: ["allow", "allow"],
  write_goal: ["allow", "allow", "ask"],
  drop_schedule: ["allow", "allow", "ask"],
  archive_goal: ["allow", "ask"],
  write_schedule: ["allow", "ask"],
  start_worker: ["allow", "ask"],
  tell_worker: ["allow", "ask"],
  kill_worker: ["allow", "ask"],
  write_sensor: ["allow", "ask"],
  write_playbook: ["allow", "ask"],
  // `judgeCommand` decides instead: it allows what the person's patterns match.
  run_shell: ["ask", "ask"],
};

/**
 * Judges a move. Pure: the same move, gates and facts give the same verdict, whatever the model says about the move. The
 * refusals come first; no config and no move can override them.
 */
export function judge(move: Move, gates: Gates, facts: GateFacts): Decision {
  return refusal(move, facts) ?? judgeKind(move, gates, facts);
}

/** Returns the refusal of a move that the tripwire or the guardrails forbid, or undefined. */
function refusal(move: Move, { playbook }: GateFacts): Decision | undefined {
  const command = commandOf(move);
  const why = command === undefined ? undefined : tripped(command.text);
  if (why !== undefined) return { verdict: "refuse", rule: `tripwire, ${command?.field}: ${why}` };
  if (move.action !== "write_playbook") return undefined;
  // Of the new body only what the next decider would read counts: a guardrail cut off or hidden there does not bind.
  const dropped = droppedGuardrail(asShown(playbook), playbookBody(move.body));
  if (dropped === undefined) return undefined;
  return { verdict: "refuse", rule: `the new PLAYBOOK drops a guardrail: "${clip(plainLine(dropped), 120)}"` };
}

/** The text in a move that a shell will run, if there is one. */
function commandOf(move: Move): { readonly field: string; readonly text: string } | undefined {
  if (move.action === "run_shell") return { field: "cmd", text: move.cmd };
  if (move.action === "start_worker" && move.verify !== undefined) return { field: "verify", text: move.verify };
  if (move.action === "write_sensor") return { field: "script", text: move.script };
  return undefined;
}

function judgeKind(move: Move, gates: Gates, facts: GateFacts): Decision {
  switch (move.action) {
    case "run_shell":
      return judgeCommand(move.cmd, "cmd", gates, facts);
    case "start_worker":
      return judgeWorker(move, gates, facts);
    default:
      return verdictOfKind(move.action, gates, facts);
  }
}

/** Judges a new worker and its verify command, which looop itself will run. The stricter verdict wins. */
function judgeWorker(move: MoveOf<"start_worker">, gates: Gates, facts: GateFacts): Decision {
  const worker = verdictOfKind("start_worker", gates, facts);
  if (move.verify === undefined) return worker;
  const verify = judgeCommand(move.verify, "verify", gates, facts);
  return STRICTNESS.indexOf(verify.verdict) > STRICTNESS.indexOf(worker.verdict) ? verify : worker;
}

/** From the loosest to the strictest. */
const STRICTNESS: readonly Verdict[] = ["allow", "ask", "refuse"];

function verdictOfKind(kind: MoveKind, { overrides }: Gates, { tainted, takes }: GateFacts): Decision {
  const override = overrides[kind];
  if (override !== undefined) return { verdict: override, rule: `[gates] ${kind} = "${override}"` };
  const [whenClean, whenTainted, whenTaking = whenTainted] = DEFAULTS[kind];
  if (tainted && takes !== undefined && whenTaking !== whenTainted)
    return {
      verdict: whenTaking,
      rule: `default: ${kind} of ${takes}, which may be yours, in a tainted beat → ${whenTaking}`,
    };
  if (!tainted || whenClean === whenTainted) return { verdict: whenClean, rule: `default: ${kind} → ${whenClean}` };
  return { verdict: whenTainted, rule: `default: ${kind} in a tainted beat → ${whenTainted}` };
}

/** Judges a shell command. Without an override, only a clean beat may run one unasked, and only if a pattern matches. */
function judgeCommand(command: string, field: string, gates: Gates, facts: GateFacts): Decision {
  const override = gates.overrides.run_shell;
  if (override !== undefined) return { verdict: override, rule: `[gates] run_shell = "${override}" (${field})` };
  const words = simpleCommand(command);
  if (words === undefined) return { verdict: "ask", rule: `${field} is not one simple command` };
  const pattern = gates.allow.find((it) => matchesPattern(it, words));
  if (pattern === undefined) return { verdict: "ask", rule: `${field} matches no pattern in [gates] allow` };
  if (facts.tainted)
    return { verdict: "ask", rule: `${field} matches [gates] allow "${pattern}", but the beat is tainted` };
  return { verdict: "allow", rule: `${field} matches [gates] allow "${pattern}"` };
}
