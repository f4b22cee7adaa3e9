import * as v from "valibot";
import { parseJson } from "../json.ts";

/** A message to a worker, read between two steps of its work. */
export interface Message {
  readonly msg: string;
  /** When the life of the session that is meant began. */
  readonly life?: string | undefined;
  /** RFC 3339 UTC. */
  readonly ts: string;
}

const TellRecord = v.object({ v: v.literal(1), msg: v.string(), life: v.optional(v.string()), ts: v.string() });

/** The message in a file's text; undefined when it is damaged. */
export function parseMessage(text: string): Message | undefined {
  const parsed = v.safeParse(TellRecord, parseJson(text));
  if (!parsed.success) return undefined;
  const { v: _version, ...tell } = parsed.output;
  return tell;
}

/** The file's text of a message. */
export function renderMessage(tell: Message): string {
  return `${JSON.stringify({ v: 1, ...tell })}\n`;
}
