import { isRecord, parseJson } from "../json.ts";

/** A lease on a name, as its file says it. */
export interface Claim {
  /** The session that holds it, or "" when the file does not say. */
  readonly session: string;
}

/** How long an empty or half-written claim may still be on its way, in milliseconds. */
const IN_FLIGHT_MS = 10_000;

/** The claim in a file's text, also one written by hand; undefined when it is not a JSON object. */
export function parseClaim(text: string): Claim | undefined {
  const value = parseJson(text);
  if (!isRecord(value)) return undefined;
  return { session: typeof value["session"] === "string" ? value["session"] : "" };
}

/** The file's text of a new claim. */
export function renderClaim(name: string, session: string, ts: string): string {
  return `${JSON.stringify({ v: 1, session, name, ts })}\n`;
}

/** What is known of a session: `alive`, `gone` (proven), or `unknown`, which proves nothing. */
export type Holder = "alive" | "gone" | "unknown";

/** Whether a claim may be taken from its holder: only with proof that there is none any more. */
export function isStale(text: string, ageMs: number, holder: (session: string) => Holder): boolean {
  const claim = parseClaim(text);
  // Written in two steps by hand, a file is empty or torn for a moment. A time in the future proves nothing.
  if (claim === undefined) return ageMs > IN_FLIGHT_MS;
  return claim.session === "" ? ageMs > IN_FLIGHT_MS : holder(claim.session) === "gone";
}
