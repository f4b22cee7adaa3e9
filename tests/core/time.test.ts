import { describe, expect, test } from "bun:test";
import { fileStamp, localMinute, utcSecond, zone } from "../../src/core/time.ts";

describe("times", () => {
  const at = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

  test("are local in a journal line and a file name, and UTC in a row", () => {
    const local = new Date(at);
    const two = (value: number) => String(value).padStart(2, "0");
    const [date, hour, minute] = [two(local.getDate()), two(local.getHours()), two(local.getMinutes())];

    expect(localMinute(at)).toBe(`2026-01-${date} ${hour}:${minute}`);
    expect(fileStamp(at)).toBe(`202601${date}-${hour}${minute}05`);
    expect(utcSecond(at)).toBe("2026-01-02T03:04:05Z");
  });

  test("have a zone with a sign and minutes", () => {
    expect(zone(at)).toMatch(/^[+-]\d\d:\d\d$/);
  });
});
