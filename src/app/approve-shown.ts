import { showHidden } from "../core/confusables.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { utf8 } from "../core/text.ts";
import type { Sha256 } from "../sys/sys.ts";
import type { App } from "./open.ts";

/** The person approves or trusts the text that they were shown: the approval names its digest, and fails when it changed. */

/** The options of a verb that approves. */
export const DIGEST_OPTION = {
  digest: {
    type: "string",
    valueHint: "sha256",
    description: "approve only the text with this digest (or its first 12)",
  },
} as const;

/** The fewest digits of a digest that name a text. */
const MIN_DIGITS = 12;

/** A deed of the person, and the text that it is about. */
export interface Deed {
  /** In words: `approve goal:docs`. */
  readonly name: string;
  /** The text as it stands now. */
  readonly bytes: Uint8Array;
}

/** How the person says yes. */
export interface Consent {
  readonly digest: string | undefined;
  /** True with `--yes-i-am-the-person`. */
  readonly isSure: boolean;
}

/**
 * Returns the SHA-256 of the text that the person agrees to: the one they name by its digest, or the one that they are
 * shown and say yes to at the terminal. Throws (exit 1) when that is not what stands now or they say no, and (exit 2) in a
 * script without a digest.
 */
export async function agreedDigest(app: App, { name, bytes }: Deed, { digest, isSure }: Consent): Promise<string> {
  const sha256 = (await app.sha256())(bytes);
  if (digest !== undefined) {
    if (!isDigest(digest)) throw noDigest(name, digest);
    if (sha256.startsWith(digest)) return sha256;
    throw changed(name, sha256);
  }
  if (isSure) throw unnamed(name, sha256);
  const text = utf8(bytes);
  await app.output.say(`${showHidden(text).trimEnd()}\n\n(${text.length} characters, SHA-256 ${shortly(sha256)})`);
  const questions = await app.questions();
  try {
    const said = await questions.ask(`${name[0]?.toUpperCase()}${name.slice(1)} as shown above? [y/N]: `);
    if (/^y(es)?$/i.test(said?.trim() ?? "")) return sha256;
  } finally {
    questions.close();
  }
  throw refused(name);
}

/** Throws (exit 1) when the text that stands now is not the one that was agreed to. */
export function requireSame(sha256: Sha256, { name, bytes }: Deed, agreed: string): void {
  const now = sha256(bytes);
  if (now !== agreed) throw changed(name, now);
}

function isDigest(digest: string): boolean {
  return /^[0-9a-f]{12,64}$/.test(digest);
}

function shortly(sha256: string): string {
  return sha256.slice(0, MIN_DIGITS);
}

function changed(name: string, sha256: string): LooopError {
  return new LooopError({
    message: `Cannot ${name}: it is not the text with that digest; what stands there now has ${shortly(sha256)}`,
    hint: "Read it again, then approve that digest",
    exit: EXIT.failed,
  });
}

function unnamed(name: string, sha256: string): LooopError {
  return new LooopError({
    message: `Cannot ${name}: without a terminal, the digest must say which text you have read`,
    hint: `Read it. If it is what you approve, add --digest ${shortly(sha256)}`,
    exit: EXIT.usage,
  });
}

function noDigest(name: string, digest: string): LooopError {
  return new LooopError({
    message: `Cannot ${name}: ${JSON.stringify(digest.slice(0, 80))} is no digest`,
    hint: `Give at least the first ${MIN_DIGITS} digits of the SHA-256, in lower case`,
    exit: EXIT.usage,
  });
}

function refused(name: string): LooopError {
  return new LooopError({
    message: `Cannot ${name}: you did not say yes`,
    hint: "Nothing was changed. Edit the text, or archive it",
    exit: EXIT.failed,
  });
}
