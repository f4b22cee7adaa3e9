import type { Move, MoveKind, MoveOf } from "../move/move.ts";
import { asShown, playbookBody } from "../prompt/prompt.ts";
import { matchesPattern, simpleCommand } from "../shell/simple-command.ts";
import { clip, plainLine } from "../text.ts";
import { droppedGuardrail } from "./guardrails.ts";
import { tripped } from "./tripwire.ts";
import type { Decision, Verdict } from "./verdict.ts";

/** The person's own gates: `[gates]` of the config. */
export interface Gates {
  /** Patterns of simple commands that may run without asking, in a clean beat. */
  readonly allow: readonly string[];
  /** In place of the defaults, for clean and tainted beats alike. */
  readonly kinds: Readonly<Partial<Record<MoveKind, Verdict>>>;
}

/** No gates of one's own. */
export const NO_GATES: Gates = { allow: [], kinds: {} };

/** What a verdict depends on beside the move and the config. */
export interface Facts {
  /** Whether untrusted text was in the prompt. */
  readonly tainted: boolean;
  /** The PLAYBOOK as the beat saw it. */
  readonly playbook: string;
}

/** What each kind gets in a clean beat and in a tainted one, unless the config says otherwise. */
const DEFAULTS: Readonly<Record<MoveKind, readonly [clean: Verdict, tainted: Verdict]>> = {
  noop: ["allow", "allow"],
  look: ["allow", "allow"],
  ask_human: ["allow", "allow"],
  write_goal: ["allow", "allow"],
  drop_schedule: ["allow", "allow"],
  archive_goal: ["allow", "ask"],
  write_schedule: ["allow", "ask"],
  start_worker: ["allow", "ask"],
  tell_worker: ["allow", "ask"],
  kill_worker: ["allow", "ask"],
  write_sensor: ["allow", "ask"],
  write_playbook: ["allow", "ask"],
  // Only what the person's own patterns fit is allowed; see `judgeCommand`.
  run_shell: ["ask", "ask"],
};

/**
 * The verdict on a move. Pure: the same move, gates and facts give the same verdict, whatever the model says about it.
 * The refusals come first, and nothing in a config or a move can take them away.
 */
export function judge(move: Move, gates: Gates, facts: Facts): Decision {
  return refusal(move, facts) ?? judgeKind(move, gates, facts);
}

/** Why a move is never carried out, or undefined. */
function refusal(move: Move, { playbook }: Facts): Decision | undefined {
  const command = commandOf(move);
  const why = command === undefined ? undefined : tripped(command.text);
  if (why !== undefined) return { verdict: "refuse", rule: `tripwire, ${command?.field}: ${why}` };
  if (move.action !== "write_playbook") return undefined;
  // As the next decider is shown it: what is cut off or hidden there binds nobody.
  const dropped = droppedGuardrail(asShown(playbook), playbookBody(move.body));
  if (dropped === undefined) return undefined;
  return { verdict: "refuse", rule: `the new PLAYBOOK drops a guardrail: "${clip(plainLine(dropped), 120)}"` };
}

function commandOf(move: Move): { readonly field: string; readonly text: string } | undefined {
  if (move.action === "run_shell") return { field: "cmd", text: move.cmd };
  if (move.action === "start_worker" && move.verify !== undefined) return { field: "verify", text: move.verify };
  if (move.action === "write_sensor") return { field: "script", text: move.script };
  return undefined;
}

function judgeKind(move: Move, gates: Gates, facts: Facts): Decision {
  switch (move.action) {
    case "run_shell":
      return judgeCommand(move.cmd, "cmd", gates, facts);
    case "start_worker":
      return judgeWorker(move, gates, facts);
    default:
      return byKind(move.action, gates, facts);
  }
}

/** A worker is as risky as its verify command, which looop itself will run. */
function judgeWorker(move: MoveOf<"start_worker">, gates: Gates, facts: Facts): Decision {
  const worker = byKind("start_worker", gates, facts);
  if (move.verify === undefined) return worker;
  const verify = judgeCommand(move.verify, "verify", gates, facts);
  return STRICTNESS.indexOf(verify.verdict) > STRICTNESS.indexOf(worker.verdict) ? verify : worker;
}

/** From the loosest to the strictest. */
const STRICTNESS: readonly Verdict[] = ["allow", "ask", "refuse"];

function byKind(kind: MoveKind, { kinds }: Gates, { tainted }: Facts): Decision {
  const own = kinds[kind];
  if (own !== undefined) return { verdict: own, rule: `[gates] ${kind} = "${own}"` };
  const [clean, unclean] = DEFAULTS[kind];
  if (!tainted || clean === unclean) return { verdict: clean, rule: `default: ${kind} → ${clean}` };
  return { verdict: unclean, rule: `default: ${kind} in a tainted beat → ${unclean}` };
}

function judgeCommand(command: string, field: string, gates: Gates, facts: Facts): Decision {
  const own = gates.kinds.run_shell;
  if (own !== undefined) return { verdict: own, rule: `[gates] run_shell = "${own}" (${field})` };
  const words = simpleCommand(command);
  if (words === undefined) return { verdict: "ask", rule: `${field} is not one simple command` };
  const pattern = gates.allow.find((it) => matchesPattern(it, words));
  if (pattern === undefined) return { verdict: "ask", rule: `${field} fits none of [gates] allow` };
  if (facts.tainted)
    return { verdict: "ask", rule: `${field} fits [gates] allow "${pattern}", but the beat is tainted` };
  return { verdict: "allow", rule: `${field} fits [gates] allow "${pattern}"` };
}
