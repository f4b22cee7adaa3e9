/** Returns `value` as compact JSON with sorted keys: equal for equal data, in whatever order its keys were. */
export function canonical(value: unknown): string {
  if (typeof value === "bigint") return `${value}`;
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

/** Characters that JSON does not escape and that a terminal may act on, or hide. */
const UNESCAPED = /[\x7f-\x9f\u2028\u2029]|\p{Default_Ignorable_Code_Point}/gu;

/** Returns `value` as JSON with such characters escaped, so that no terminal acts on it; indented by two with `indent`. */
export function jsonText(value: unknown, indent?: 2): string {
  const text = JSON.stringify(value, undefined, indent);
  return /[^\n -~]/.test(text) ? text.replace(UNESCAPED, escapes) : text;
}

function escapes(found: string): string {
  return [...Array(found.length).keys()]
    .map((at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, "0")}`)
    .join("");
}

/** True when `value` is a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns where the JSON string that begins at `from` ends (after its quote), or undefined when it has no end. */
export function endOfString(text: string, from: number): number | undefined {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at + 1;
  }
  return undefined;
}

/** Returns the JSON value of `text`, or undefined (which JSON cannot express) when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The same, with integers that a double cannot represent as bigints, so that ids of 18 digits stay distinct. */
export function parseExactJson(text: string): unknown {
  try {
    return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) => {
      const source = context?.source;
      if (typeof value !== "number" || Number.isSafeInteger(value) || source === undefined) return value;
      return /^-?\d+$/.test(source) ? BigInt(source) : value;
    });
  } catch {
    return undefined;
  }
}
/** Returns `map[key]` when the map itself has that key: a key from outside may be `__proto__` or `toString`. */
export function own<T>(map: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}
