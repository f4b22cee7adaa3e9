import { describe, expect, test } from "bun:test";
import { keyNamed } from "../../../src/core/session/keys.ts";

describe("keyNamed() gives", () => {
  const cases: [name: string, sent: string][] = [
    ["Enter", "\r"],
    ["enter", "\r"],
    ["Return", "\r"],
    ["Tab", "\t"],
    ["Esc", "\x1b"],
    ["Up", "\x1b[A"],
    ["Left", "\x1b[D"],
    ["PageDown", "\x1b[6~"],
    ["F1", "\x1bOP"],
    ["F12", "\x1b[24~"],
    ["C-c", "\x03"],
    ["Ctrl-C", "\x03"],
    ["^d", "\x04"],
    ["C-\\", "\x1c"],
    ["C-@", "\0"],
    ["M-x", "\x1bx"],
  ];
  test.each(cases)("what a terminal sends for %s", (name, sent) => {
    expect(keyNamed(name)).toBe(sent);
  });
});

describe("keyNamed() refuses", () => {
  const cases: [name: string, hint: string][] = [
    ["Entre", "Did you mean Enter?"],
    ["C-1", "Use names like Enter, Tab, Esc, Up, PgDn, F1, C-c or M-x"],
    ["", "Use names like Enter, Tab, Esc, Up, PgDn, F1, C-c or M-x"],
  ];
  test.each(cases)("%s", (name, hint) => {
    expect(() => keyNamed(name)).toThrow(expect.objectContaining({ hint, exit: 2 }));
  });
});
