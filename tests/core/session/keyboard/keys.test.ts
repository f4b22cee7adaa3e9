import { describe, expect, test } from "bun:test";
import { keyBytes } from "../../../../src/core/session/keyboard/key-bytes.ts";
import { keyNamed } from "../../../../src/core/session/keyboard/keys.ts";

const PLAIN = { hasApplicationCursor: false, hasApplicationKeypad: false, kittyFlags: 0, otherKeys: 0 };

describe("keyBytes() gives", () => {
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
    ["y", "y"],
    ["C-1", "1"],
    ["BTab", "\x1b[Z"],
    ["S-Tab", "\x1b[Z"],
    ["C-Left", "\x1b[1;5D"],
    ["M-Left", "\x1b[1;3D"],
    ["S-Up", "\x1b[1;2A"],
    ["C-S-Up", "\x1b[1;6A"],
    ["S-F1", "\x1b[1;2P"],
    ["C-F5", "\x1b[15;5~"],
    ["S-DC", "\x1b[3;2~"],
    ["M-Enter", "\x1b\r"],
    ["C-Space", "\0"],
    ["M-BSpace", "\x1b\x7f"],
    ["S-Enter", "\r"],
    ["C-M-x", "\x1b\x18"],
    ["S-a", "A"],
    ["KP5", "5"],
    ["KPEnter", "\r"],
    ["NPage", "\x1b[6~"],
  ];
  test.each(cases)("what a terminal sends for %s", (name, sent) => {
    expect(keyBytes(keyNamed(name), PLAIN)).toBe(sent);
  });

  const modes: [name: string, modes: Partial<typeof PLAIN>, sent: string][] = [
    ["Down", { hasApplicationCursor: true }, "\x1bOB"],
    ["Home", { hasApplicationCursor: true }, "\x1bOH"],
    ["C-Left", { hasApplicationCursor: true }, "\x1b[1;5D"],
    ["PgUp", { hasApplicationCursor: true }, "\x1b[5~"],
    ["KP5", { hasApplicationKeypad: true }, "\x1bOu"],
    ["KPEnter", { hasApplicationKeypad: true }, "\x1bOM"],
    ["KP+", { hasApplicationKeypad: true }, "\x1bOk"],
    ["Down", { hasApplicationCursor: true, kittyFlags: 1 }, "\x1b[B"],
    ["Esc", { kittyFlags: 1 }, "\x1b[27u"],
    ["Enter", { kittyFlags: 1 }, "\r"],
    ["S-Enter", { kittyFlags: 1 }, "\x1b[13;2u"],
    ["S-Tab", { kittyFlags: 1 }, "\x1b[9;2u"],
    ["C-c", { kittyFlags: 1 }, "\x1b[99;5u"],
    ["M-x", { kittyFlags: 1 }, "\x1b[120;3u"],
    ["x", { kittyFlags: 1 }, "x"],
    ["X", { kittyFlags: 9 }, "\x1b[120;2u"],
    ["Enter", { kittyFlags: 8 }, "\x1b[13u"],
    ["F1", { kittyFlags: 1 }, "\x1b[P"],
    ["F3", { kittyFlags: 1 }, "\x1b[13~"],
    ["KPEnter", { kittyFlags: 1 }, "\x1b[57414u"],
    ["S-Enter", { otherKeys: 1 }, "\x1b[27;2;13~"],
    ["C-Enter", { otherKeys: 1 }, "\x1b[27;5;13~"],
    ["C-1", { otherKeys: 1 }, "\x1b[27;5;49~"],
    ["C-c", { otherKeys: 1 }, "\x03"],
    ["M-x", { otherKeys: 1 }, "\x1bx"],
    ["C-c", { otherKeys: 2 }, "\x1b[27;5;99~"],
    ["M-x", { otherKeys: 2 }, "\x1b[27;3;120~"],
    ["S-Tab", { otherKeys: 2 }, "\x1b[Z"],
    ["Enter", { otherKeys: 2 }, "\r"],
  ];
  test.each(modes)("what a terminal sends for %s in modes %j", (name, changed, sent) => {
    expect(keyBytes(keyNamed(name), { ...PLAIN, ...changed })).toBe(sent);
  });
});

describe("keyNamed() refuses", () => {
  const cases: [name: string, hint: string][] = [
    ["Entre", "Did you mean Enter?"],
    ["C-Entre", "Use names like Enter, Tab, Esc, Up, PgDn, F1, C-c or M-x"],
    ["", "Use names like Enter, Tab, Esc, Up, PgDn, F1, C-c or M-x"],
  ];
  test.each(cases)("%s", (name, hint) => {
    expect(() => keyNamed(name)).toThrow(expect.objectContaining({ hint, exit: 2 }));
  });
});
