import { join, resolve } from "node:path";
import { EXIT, LooopError } from "../../../core/error.ts";
import { shellQuote } from "../../../core/shell/quote.ts";
import { plainLine } from "../../../core/text.ts";
import type { ChannelDeps } from "./channel.ts";

/** Reads a secret. Throws (exit 3) when the file is missing, empty, or can be read by others. */
export function readSecret(
  { configFolder, env, files }: Pick<ChannelDeps, "configFolder" | "env" | "files">,
  written: string,
): string {
  const path = written.startsWith("~/") ? join(env["HOME"] ?? "/", written.slice(2)) : resolve(configFolder, written);
  const refuse = (state: string, hint: string): never => {
    throw new LooopError({ message: `Cannot read the secret ${plainLine(path)}: ${state}`, hint, exit: EXIT.setup });
  };
  const stat = files.stat(path);
  if (stat?.kind !== "file")
    return refuse("no such file", "Write the secret into it, and make it readable by you only");
  const only = `Run \`chmod 600 ${plainLine(shellQuote(path))}\``;
  if (!stat.isPrivate || !stat.isOurs) return refuse("others can read it", only);
  const text = (files.read(path) ?? "").trim();
  if (text === "" || /\s/.test(text)) return refuse("it does not hold one word", "Write only the secret into it");
  return text;
}
