/** `value` as compact JSON with the keys of every object sorted: equal for equal data, whatever order it was printed in. */
export function canonical(value: unknown): string {
  if (typeof value === "bigint") return `${value}`;
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

/** What JSON leaves as it is and a terminal may act on, or hide. */
const UNESCAPED = /[\x7f-\x9f\u2028\u2029]|\p{Default_Ignorable_Code_Point}/gu;

/** `value` as JSON that no terminal acts on: the same data, with such characters escaped. Two spaces deep with `indent`. */
export function jsonText(value: unknown, indent?: 2): string {
  const text = JSON.stringify(value, undefined, indent);
  return /[^\n -~]/.test(text) ? text.replace(UNESCAPED, escapes) : text;
}

function escapes(found: string): string {
  return [...Array(found.length).keys()]
    .map((at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, "0")}`)
    .join("");
}

/** Whether `value` is a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The JSON value of `text`, or undefined when it is not JSON (which is never the value itself). */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The same, with whole numbers that a double cannot hold as bigints: ids of 18 digits differ in the last one. */
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
/** `map[key]` where the map may have got its keys from anybody. */
export function own<T>(map: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}
