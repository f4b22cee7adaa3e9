import * as v from "valibot";
import { parseJson } from "../json.ts";

/** A message to a worker, which reads it between two steps of its work. */
export interface Message {
  readonly msg: string;
  /** The start time of the session it is for: a later session can have the same id. */
  readonly life?: string | undefined;
  /** RFC 3339 UTC. */
  readonly ts: string;
}

const MessageRecord = v.object({ v: v.literal(1), msg: v.string(), life: v.optional(v.string()), ts: v.string() });

/** Parses the content of a message's file. Returns undefined when it is damaged. */
export function parseMessage(text: string): Message | undefined {
  const parsed = v.safeParse(MessageRecord, parseJson(text));
  if (!parsed.success) return undefined;
  const { v: _version, ...message } = parsed.output;
  return message;
}

/** Returns the content of a message's file. */
export function renderMessage(message: Message): string {
  return `${JSON.stringify({ v: 1, ...message })}\n`;
}
