import process from "node:process";

// An import would put its bytecode into every program (docs/decisions/0004).
const crypto = () => process.getBuiltinModule("node:crypto");

/** Returns the HMAC-SHA256 of `text` in base64. */
export function hmacBase64(key: Uint8Array, text: string): string {
  return crypto().createHmac("sha256", key).update(text).digest("base64");
}

/** Returns bytes that cannot be guessed, as text. */
export function randomText(bytes: number, encoding: "base64" | "base64url"): string {
  return crypto().randomBytes(bytes).toString(encoding);
}
