/** The parts that the dialects of the model server share. */
import type { Asked, Failure, Reply, Tokens } from "./scenario.ts";

// A request is whatever a program sends; each dialect looks at single members of it.
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Body = any;

/** One API as the server speaks it. */
export interface Dialect {
  asked(body: Body): Asked;
  /** The whole answer as events, in the order in which they are sent; or one JSON text. */
  events(reply: Reply, facts: Facts): readonly string[];
  whole(reply: Reply, facts: Facts): string;
  /** Status, headers and body of an error. */
  error(failure: Failure, nowMs: number): Refusal;
}

export interface Facts {
  readonly id: string;
  readonly model: string;
  readonly tokens: Tokens;
}

export interface Refusal {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One server-sent event. */
export function sse(data: object | string, event?: string): string {
  const text = typeof data === "string" ? data : JSON.stringify(data);
  return `${event === undefined ? "" : `event: ${event}\n`}data: ${text}\n\n`;
}

/** The text in a content that is a text, or a list of parts of which some have one. */
export function textIn(content: Body): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part) => (typeof part?.text === "string" ? part.text : "")).join("\n");
}

/** Whole seconds of the clock. */
export function seconds(ms: number): number {
  return Math.floor(ms / 1_000);
}
