/** A recorded prompt, changed so that a decider can be asked again. Sections cannot be forged: no body has such a line. */
import { TYPED_CLOSING, typedInstructions } from "./typed-instructions.ts";

const HEADER = /^=== .* ===$/m;
const PLAYBOOK = /^=== PLAYBOOK ===\n/m;

/** The prompt with another PLAYBOOK, already made safe for one; undefined when the prompt has none to replace. */
export function withPlaybook(prompt: string, playbook: string): string | undefined {
  const found = PLAYBOOK.exec(prompt);
  if (found === null) return undefined;
  const from = found.index + found[0].length;
  const next = HEADER.exec(prompt.slice(from));
  return next === null
    ? `${prompt.slice(0, from)}${playbook}`
    : `${prompt.slice(0, from)}${playbook}\n\n${prompt.slice(from + next.index)}`;
}

/** The PLAYBOOK in a prompt, as it was shown; "" when there is none. */
export function playbookIn(prompt: string): string {
  const found = PLAYBOOK.exec(prompt);
  if (found === null) return "";
  const rest = prompt.slice(found.index + found[0].length);
  return rest.slice(0, HEADER.exec(rest)?.index ?? rest.length).trimEnd();
}

/**
 * A prompt that told an agent to act, as one that asks for a typed move: what stands before the PLAYBOOK and the last
 * line are how looop speaks, all between them is what it saw.
 */
export function asTyped(prompt: string): string {
  const found = PLAYBOOK.exec(prompt);
  const seen = (found === null ? prompt : prompt.slice(found.index)).trimEnd();
  const last = seen.lastIndexOf("\n");
  return `${typedInstructions()}\n\n${seen.slice(0, Math.max(0, last))}\n${TYPED_CLOSING}`;
}
