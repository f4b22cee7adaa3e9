import { isRecord, parseJson } from "../json.ts";

/** A lease on a name, as its file records it. */
export interface Claim {
  /** The session that holds it, or "" when the file names none. */
  readonly session: string;
}

/** The most time that writing a lease file may take, in milliseconds: until then an empty or torn one is left alone. */
const IN_FLIGHT_MS = 10_000;

/** Parses a lease file, also one written by hand; undefined when it is not a JSON object. */
export function parseClaim(text: string): Claim | undefined {
  const value = parseJson(text);
  if (!isRecord(value)) return undefined;
  return { session: typeof value["session"] === "string" ? value["session"] : "" };
}

/** Returns the text of a new lease file. */
export function renderClaim(name: string, session: string, ts: string): string {
  return `${JSON.stringify({ v: 1, session, name, ts })}\n`;
}

/** The state of a lease's holder: `alive`, `gone` (proven), or `unknown`, which proves nothing. */
export type Holder = "alive" | "gone" | "unknown";

/** Returns true when a lease may be taken from its holder: only with proof that the holder is gone. */
export function isStale(text: string, ageMs: number, holder: (session: string) => Holder): boolean {
  const claim = parseClaim(text);
  // A file that is written by hand is empty or torn for a moment. A time in the future proves nothing.
  if (claim === undefined) return ageMs > IN_FLIGHT_MS;
  return claim.session === "" ? ageMs > IN_FLIGHT_MS : holder(claim.session) === "gone";
}
