import { describe, expect, test } from "bun:test";
import { canonical, parseExactJson } from "../../src/core/json.ts";

describe("canonical()", () => {
  const cases: [json: string, want: string][] = [
    ['{"b":1,"a":{"d":null,"c":[{"z":1,"y":true}]}}', '{"a":{"c":[{"y":true,"z":1}],"d":null},"b":1}'],
    ['"a\\u00e4\\n"', '"a\u00e4\\n"'],
    ['{"__proto__":1,"constructor":2}', '{"__proto__":1,"constructor":2}'],
    ["9007199254740993", "9007199254740993"],
    ["1.0", "1"],
  ];
  test.each(cases)("of %s is %s", (json, want) => {
    expect(canonical(parseExactJson(json))).toBe(want);
  });
});
