/**
 * The guardrails of a PLAYBOOK: the lines below a heading that says so. A move may add to them; only a person, with an
 * editor, takes one away or words it anew.
 */

const HEADING = /^(#{1,6})\s+(.*)$/;
const NAMED = /guard-?\s?rails?\b/i;

/** The guardrails in the text, a line each, without marks and spacing. */
export function guardrailsOf(playbook: string): string[] {
  // What stands in a comment is not shown as a rule, so it is none.
  const lines = playbook.replace(/<!--[\s\S]*?(?:-->|$)/g, "").split("\n");
  const found: string[] = [];
  let depth: number | undefined;
  for (const line of lines) {
    const [, marks = "", title = ""] = HEADING.exec(line.trim()) ?? [];
    if (marks !== "" && (depth === undefined || marks.length <= depth))
      depth = NAMED.test(title) ? marks.length : undefined;
    else if (depth !== undefined && marks === "") found.push(line);
  }
  return items(found);
}

/** Wrapped lines of one item together, so that another width is no other rule. */
function items(lines: readonly string[]): string[] {
  const found: string[] = [];
  let open = false;
  for (const line of lines) {
    const text = line.replace(/\s+/g, " ").trim();
    const begins = /^(?:[-*+]|\d+[.)])\s/.test(text);
    if (text === "") open = false;
    else if (open && !begins) found.push(`${found.pop() ?? ""} ${text}`);
    else {
      found.push(text.replace(/^(?:[-*+]|\d+[.)])\s+/, ""));
      open = true;
    }
  }
  return found;
}

/** A guardrail of `before` that `after` no longer has, or undefined. */
export function droppedGuardrail(before: string, after: string): string | undefined {
  const kept = new Set(guardrailsOf(after));
  return guardrailsOf(before).find((rule) => !kept.has(rule));
}
