/** One place of a pattern: one character that `fits`, or any number of them. */
export interface GlobToken {
  readonly repeats: boolean;
  readonly fits: (char: string) => boolean;
}

/**
 * True when the tokens stand for all of `text`. Follows all readings at once, so that the time is at most proportional to
 * the lengths of both: a search that goes back for each `*` could take for ever, and either side may be hostile.
 */
export function matchesTokens(tokens: readonly GlobToken[], text: string): boolean {
  if (tokens.filter(({ repeats }) => !repeats).length > text.length) return false;
  // reached[n]: the first n tokens can stand for what was read so far.
  let reached = withEmpty(tokens, [true]);
  for (const char of text.split("")) {
    const next: boolean[] = [];
    for (const [at, { repeats, fits }] of tokens.entries()) {
      if (reached[repeats ? at + 1 : at] === true && fits(char)) next[at + 1] = true;
    }
    reached = withEmpty(tokens, next);
  }
  return reached[tokens.length] === true;
}

/** Adds the places that are reached when repeated tokens stand for nothing. */
function withEmpty(tokens: readonly GlobToken[], reached: boolean[]): boolean[] {
  for (const [at, { repeats }] of tokens.entries()) if (reached[at] === true && repeats) reached[at + 1] = true;
  return reached;
}

/** Returns the tokens of a shell's pattern, with `*`, `?` and `[…]`. A class that begins with `!` or `^` fits all others. */
export function shellGlob(pattern: string): GlobToken[] {
  const tokens: GlobToken[] = [];
  const close = pattern.lastIndexOf("]");
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? "";
    const end = char === "[" && at < close ? pattern.indexOf("]", at + 2) : -1;
    if (end >= 0) {
      tokens.push({ repeats: false, fits: classOf(pattern.slice(at + 1, end)) });
      at = end;
    } else if (char === "*") tokens.push({ repeats: true, fits: () => true });
    else tokens.push({ repeats: false, fits: char === "?" ? () => true : (it) => it === char });
  }
  return tokens;
}

function classOf(body: string): GlobToken["fits"] {
  const isNot = /^[!^]/.test(body);
  const chars = isNot ? body.slice(1) : body;
  // A named class could hold any letter.
  const isNamed = chars.includes(":") || chars.includes("[");
  const fits = (char: string) => isNamed || chars.includes(char) || inRange(chars, char);
  return isNot && !isNamed ? (char) => !fits(char) : fits;
}

function inRange(chars: string, char: string): boolean {
  for (let at = chars.indexOf("-", 1); at >= 0 && at < chars.length - 1; at = chars.indexOf("-", at + 1)) {
    if ((chars[at - 1] ?? "") <= char && char <= (chars[at + 1] ?? "")) return true;
  }
  return false;
}
