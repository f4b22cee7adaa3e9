/** The types and functions that the dialects of the model server share. */
import type { Asked, Failure, Reply, Tokens } from "./scenario.ts";

// A program may send any JSON; each dialect reads single members of it.
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Body = any;

/** One API of a model provider. */
export interface Dialect {
  /** Reads a request. */
  asked(body: Body): Asked;
  /** Returns the answer as server-sent events. */
  events(reply: Reply, facts: AnswerFacts): readonly string[];
  /** Returns the answer as one JSON text, for a request that does not stream. */
  whole(reply: Reply, facts: AnswerFacts): string;
  /** Returns the response to a request that fails. */
  error(failure: Failure, nowMs: number): ErrorResponse;
}

/** The parts of an answer that do not depend on the scenario's reply. */
export interface AnswerFacts {
  readonly id: string;
  readonly model: string;
  readonly tokens: Tokens;
}

export interface ErrorResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Returns one server-sent event. */
export function sse(data: object | string, event?: string): string {
  const text = typeof data === "string" ? data : JSON.stringify(data);
  return `${event === undefined ? "" : `event: ${event}\n`}data: ${text}\n\n`;
}

/** Returns the text of a content, which is a string or a list of parts, some with a text. */
export function textIn(content: Body): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part) => (typeof part?.text === "string" ? part.text : "")).join("\n");
}

/** Converts milliseconds to whole seconds. */
export function seconds(ms: number): number {
  return Math.floor(ms / 1_000);
}
