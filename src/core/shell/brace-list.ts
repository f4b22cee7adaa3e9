/** Returns the brackets of the first `{…}` with a comma and without brackets inside, or undefined. */
export function braceList(word: string): { readonly open: number; readonly close: number } | undefined {
  let open = -1;
  let hasComma = false;
  for (const [at, char] of word.split("").entries()) {
    if (char === "{") [open, hasComma] = [at, false];
    else if (char === ",") hasComma = true;
    else if (char === "}") {
      if (open >= 0 && hasComma) return { open, close: at };
      open = -1;
    }
  }
  return undefined;
}
