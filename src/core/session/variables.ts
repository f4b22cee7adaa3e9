import { EXIT, LooopError } from "../error.ts";
import { quoted } from "../names.ts";
import { shellQuote } from "../shell/quote.ts";

/** Names that looop sets itself. */
const RESERVED = /^(?:LOOOP_|BABYSIT_)/;

/** Parses `NAME=value`, one variable each. Throws (exit 2) for another form, or a name that looop sets itself. */
export function parseVariables(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const [, name = "", value = ""] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(word) ?? [];
      if (name === "") throw cannot(word, "it is not NAME=value", "Write it as in --env PORT=8080");
      if (RESERVED.test(name)) throw cannot(name, "looop sets it itself", "Choose another name");
      return [name, value] as const;
    }),
  );
}

/** Returns shell text that sets and exports the variables. */
export function variablesScript(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}=${shellQuote(value)}\n`)
    .join("");
}

function cannot(word: string, state: string, hint: string): LooopError {
  return new LooopError({ message: `Cannot set the variable ${quoted(word)}: ${state}`, hint, exit: EXIT.usage });
}
