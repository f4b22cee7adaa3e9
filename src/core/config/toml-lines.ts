/**
 * Returns the line (from 1) that sets `path` in a TOML text, or undefined: the line of the key, else of the table that
 * begins with it, else of the inline table that contains it. The parser does not report lines.
 */
export function lineOf(text: string, path: readonly string[]): number | undefined {
  const all = [...places(text)];
  const exact = all.find(({ keys }) => same(keys, path));
  const near = () => all.find(({ keys, isTable }) => begins(keys, path) || (!isTable && begins(path, keys)));
  return (exact ?? near())?.line;
}

interface Place {
  readonly line: number;
  readonly keys: readonly string[];
  readonly isTable: boolean;
}

/** Returns every line that opens a table or sets a key. */
function* places(text: string): Iterable<Place> {
  let open: string | undefined;
  let table: string[] = [];
  for (const [row, line] of text.split("\n").entries()) {
    const inText = open !== undefined;
    open = openText(line, open);
    const header = /^\s*\[\[?([^\]]*)\]/.exec(line)?.[1];
    const key = /^((?:"[^"]*"|'[^']*'|[^=#"'[])+)=/.exec(line.trimStart())?.[1];
    if (inText) continue;
    if (header !== undefined) {
      table = keysOf(header);
      yield { line: row + 1, keys: table, isTable: true };
    } else if (key !== undefined) yield { line: row + 1, keys: [...table, ...keysOf(key)], isTable: false };
  }
}

/** Returns the delimiter of the multi-line string that is open after `line`. */
function openText(line: string, open: string | undefined): string | undefined {
  let within = open;
  for (const [mark] of line.matchAll(/"""|'''/g)) {
    if (within === undefined) within = mark;
    else if (within === mark) within = undefined;
  }
  return within;
}

function keysOf(dotted: string): string[] {
  return [...dotted.matchAll(/"([^"]*)"|'([^']*)'|([^.\s"']+)/g)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? "",
  );
}

const begins = (whole: readonly string[], start: readonly string[]) => start.every((key, at) => whole[at] === key);
const same = (one: readonly string[], other: readonly string[]) => one.length === other.length && begins(one, other);
