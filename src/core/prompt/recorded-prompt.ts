/**
 * Edits of a recorded prompt, so that a decider can be asked again. A header line starts a section: a body cannot hold one,
 * because the prompt escapes it.
 */
import { TYPED_CLOSING, typedInstructions } from "./typed-instructions.ts";

const HEADER = /^=== .* ===$/m;
const PLAYBOOK_HEADER = /^=== PLAYBOOK ===\n/m;

/** Replaces the PLAYBOOK in a prompt by `playbook`, an escaped text. Returns undefined when the prompt has no PLAYBOOK. */
export function withPlaybook(prompt: string, playbook: string): string | undefined {
  const found = PLAYBOOK_HEADER.exec(prompt);
  if (found === null) return undefined;
  const from = found.index + found[0].length;
  const next = HEADER.exec(prompt.slice(from));
  return next === null
    ? `${prompt.slice(0, from)}${playbook}`
    : `${prompt.slice(0, from)}${playbook}\n\n${prompt.slice(from + next.index)}`;
}

/** Returns the PLAYBOOK as a prompt shows it, or "" when the prompt has no PLAYBOOK. */
export function playbookIn(prompt: string): string {
  const found = PLAYBOOK_HEADER.exec(prompt);
  if (found === null) return "";
  const rest = prompt.slice(found.index + found[0].length);
  return rest.slice(0, HEADER.exec(rest)?.index ?? rest.length).trimEnd();
}

/**
 * Turns a prompt of agent mode into one of typed mode. Replaces the text before the PLAYBOOK and the last line, which are
 * instructions; the text between them describes the world and stays.
 */
export function asTyped(prompt: string): string {
  const found = PLAYBOOK_HEADER.exec(prompt);
  const body = (found === null ? prompt : prompt.slice(found.index)).trimEnd();
  const lastLine = body.lastIndexOf("\n");
  return `${typedInstructions()}\n\n${body.slice(0, Math.max(0, lastLine))}\n${TYPED_CLOSING}`;
}
