/**
 * The guardrails of a PLAYBOOK: the items under a heading that contains "guardrail". A move may add guardrails, but only
 * the person, with an editor, can remove or reword one.
 */

const HEADING = /^(#{1,6})\s+(.*)$/s;
const GUARDRAIL_TITLE = /guard-?\s?rails?\b/i;

/** Returns a guardrail of `before` that is missing from `after`, or undefined. */
export function droppedGuardrail(before: string, after: string): string | undefined {
  const kept = new Set(guardrailsOf(after));
  return guardrailsOf(before).find((rule) => !kept.has(rule));
}

/** Returns the guardrails of a PLAYBOOK, one string each, without list marks and line breaks. */
function guardrailsOf(playbook: string): string[] {
  // A rule inside an HTML comment does not bind, so it does not count as kept.
  const lines = playbook.replace(/<!--[\s\S]*?(?:-->|$)/g, "").split("\n");
  const found: string[] = [];
  // The level of the guardrail heading we are under; undefined outside such a section.
  let level: number | undefined;
  for (const line of lines) {
    const [, marks = "", title = ""] = HEADING.exec(line.trim()) ?? [];
    if (marks !== "" && (level === undefined || marks.length <= level))
      level = GUARDRAIL_TITLE.test(title) ? marks.length : undefined;
    else if (level !== undefined && marks === "") found.push(line);
  }
  return listItems(found);
}

/** Joins the wrapped lines of each item, so that wrapping a rule at another width does not change it. */
function listItems(lines: readonly string[]): string[] {
  const items: string[] = [];
  let isOpen = false;
  for (const line of lines) {
    const text = line.replace(/\s+/g, " ").trim();
    const startsItem = /^(?:[-*+]|\d+[.)])\s/.test(text);
    if (text === "") isOpen = false;
    else if (isOpen && !startsItem) items.push(`${items.pop() ?? ""} ${text}`);
    else {
      items.push(text.replace(/^(?:[-*+]|\d+[.)])\s+/, ""));
      isOpen = true;
    }
  }
  return items;
}
