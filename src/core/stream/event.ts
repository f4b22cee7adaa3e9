import type { NamedLimit } from "../limit/limit-kind.ts";
import type { Usage } from "../money/usage.ts";

/** A step of a runner's work, as a person is shown it. */
export type Progress =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "tool"; readonly name: string; readonly about: string }
  /** `fatal`: the runner itself gave up, not only a tool. */
  | { readonly kind: "failed"; readonly what: string; readonly fatal?: true }
  /** A plain line of the runner, which is not an event, as it came. */
  | { readonly kind: "line"; readonly text: string };

/** One line of a runner's output, parsed. */
export interface Event {
  readonly progress: readonly Progress[];
  readonly usage?: Usage | undefined;
  /** The id of a thread that begins. */
  readonly thread?: string | undefined;
  /** The model's final text so far, never empty: that of a later event replaces it. */
  readonly answer?: string | undefined;
  /** A usage limit that was reached. */
  readonly limit?: NamedLimit | undefined;
  /** True when the line is an event, also of a type that is not read. */
  readonly known?: true;
}

/** An event as its program wrote it. */
export type Json = Readonly<Record<string, unknown>>;

/** Reads the events of one program by their type. A reader returns undefined for an event of another program. */
export type EventReaders = Readonly<Record<string, (event: Json) => Event | undefined>>;
