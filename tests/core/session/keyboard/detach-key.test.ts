import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { DetachKey, PRESS_MS, SEQUENCE_MS } from "../../../../src/core/session/keyboard/detach-key.ts";
import { detachWords, isDetachKeys } from "../../../../src/core/session/keyboard/detach-keys.ts";

const bytes = (text: string) => Uint8Array.from(text, (it) => it.charCodeAt(0));
const text = (sent: Uint8Array) => String.fromCharCode(...sent);

/** Feeds pieces; a "wait" is a wait that runs out. */
function feed(pieces: readonly string[]) {
  const key = new DetachKey();
  let forward = "";
  for (const piece of pieces) {
    if (piece === "wait") forward += text(key.releaseWithheld());
    else {
      const sifted = key.push(bytes(piece));
      forward += text(sifted.forward);
      if (sifted.isDetach) return { forward, isDetach: true, waitMs: undefined };
    }
  }
  return { forward, isDetach: false, waitMs: key.waitMs };
}

const KEY = "\x1c";

describe("DetachKey detaches", () => {
  const cases: [title: string, pieces: string[], forward: string][] = [
    ["on Ctrl-\\ twice", [KEY + KEY], ""],
    ["on Ctrl-\\ twice in two reads", [KEY, KEY], ""],
    ["and sends on the keys before it", [`abc${KEY}${KEY}`], "abc"],
    ["and drops the keys after it", [`${KEY}${KEY}exit\r`], ""],
    ["on the kitty key", ["\x1b[92;5u\x1b[92;5u"], ""],
    ["on the kitty key with a shifted and a base key", ["\x1b[92:124:92;5u\x1b[92:124:92;5u"], ""],
    ["on the kitty key with its text", ["\x1b[92;5;92u\x1b[92;5;92u"], ""],
    ["with caps lock on", ["\x1b[92;69u\x1b[92;69u"], ""],
    ["with num lock on", ["\x1b[92;133u\x1b[92;133u"], ""],
    ["with both locks on", ["\x1b[92;197u\x1b[92;197u"], ""],
    ["with press and release events", ["\x1b[92;5:1u\x1b[92;5:3u\x1b[92;5:1u"], ""],
    ["when the key repeats in between", ["\x1b[92;5u\x1b[92;5:2u\x1b[92;5:3u\x1b[92;5u"], ""],
    ["when Ctrl is let go in between", ["\x1b[92;5u\x1b[92;5:3u\x1b[57442;5:3u\x1b[57442;5u\x1b[92;5u"], ""],
    ["when another key is let go in between", ["\x1b[92;5u\x1b[97;1:3u\x1b[1;1:3A\x1b[92;5u"], ""],
    ["under modifyOtherKeys", ["\x1b[27;5;92~\x1b[27;5;92~"], ""],
    ["when the two presses are encoded differently", [`${KEY}\x1b[92;5u`], ""],
    ["when the sequences come byte by byte", [..."\x1b[92;5u\x1b[92;5u"], ""],
    ["on a press right after Esc", [`\x1b${KEY}${KEY}`], "\x1b"],
    ["on a press after a sequence that was cut off", [`\x1b[9${KEY}${KEY}`], "\x1b[9"],
    ["after a paste", [`\x1b[200~x\x1b[201~${KEY}${KEY}`], "\x1b[200~x\x1b[201~"],
    ["after a first press that waited too long", [KEY, "wait", KEY, KEY], KEY],
  ];
  test.each(cases)("%s", (_title, pieces, forward) => {
    expect(feed(pieces)).toEqual({ forward, isDetach: true, waitMs: undefined });
  });
});

describe("DetachKey with keys of the person's own", () => {
  const cases: [keys: string, typed: string, forward: string, isDetach: boolean][] = [
    ["C-a d", "x\x01d", "x", true],
    ["C-a d", "\x01\x01d", "\x01", true],
    ["C-a d", "\x01x\x01d", "\x01x", true],
    ["C-a d", "\x1b[97;5u\x1b[100u", "", true],
    ["C-a d", "\x1b[27;5;97~d", "", true],
    ["C-a d", "d\x1c\x1c", "d\x1c\x1c", false],
    ["C-]", "ab\x1dcd", "ab", true],
    ["C-x C-y C-z", "\x18\x19\x18\x19\x1a", "\x18\x19", true],
    ["C-a d", "\x1b[200~\x01d\x1b[201~", "\x1b[200~\x01d\x1b[201~", false],
  ];
  test.each(cases)("%s in %j", (keys, typed, forward, isDetach) => {
    const sifted = new DetachKey(keys).push(bytes(typed));
    expect({ forward: text(sifted.forward), isDetach: sifted.isDetach }).toEqual({ forward, isDetach });
  });

  test("takes one to three keys, the first with Ctrl", () => {
    const good = ["C-a", "C-\\ C-\\", "C-a d", "C-x C-y C-z"];
    const bad = ["", "d", "a C-d", "C-[", "C-a  d", "C-a b c d", "C-aa", "F1"];
    expect([...good, ...bad].filter(isDetachKeys)).toEqual(good);
    expect(["C-\\ C-\\", "C-a d", "C-]"].map(detachWords)).toEqual(["Ctrl-\\ twice", "Ctrl-a d", "Ctrl-]"]);
  });
});

describe("DetachKey sends on, undelayed,", () => {
  const cases: [title: string, input: string][] = [
    ["text", "hello\r"],
    ["bytes of every value but the key's own", text(Uint8Array.from({ length: 256 }, (_, at) => at)).replace(KEY, "")],
    ["arrow keys", "\x1b[A\x1bOB"],
    ["a key of the kitty protocol", "\x1b[97;5u"],
    ["a backslash without Ctrl", "\x1b[92u\x1b[92;2u\\"],
    ["Ctrl with another modifier", "\x1b[92;7u\x1b[92;7u\x1b[27;6;92~\x1b[27;6;92~"],
    ["a release without a press", "\x1b[92;5:3u"],
    ["a modifier alone", "\x1b[57442;5u"],
    ["two presses inside a paste", `\x1b[200~a${KEY}${KEY}b\x1b[201~`],
    ["encoded presses inside a paste", "\x1b[200~\x1b[92;5u\x1b[92;5u\x1b[201~"],
    ["the beginning of a sequence that cannot become the key", "\x1b[1;"],
    ["a sequence that is never ended", `\x1b[${"9".repeat(200)}`],
    ["one press and another key", `${KEY}\x0e`],
    ["one press and an arrow", `${KEY}\x1b[A`],
    ["one press, a key, one press, a key", `${KEY}a${KEY}b`],
  ];
  test.each(cases)("%s", (_title, input) => {
    expect(feed([input])).toEqual({ forward: input, isDetach: false, waitMs: undefined });
  });
});

describe("DetachKey withholds", () => {
  const cases: [title: string, pieces: string[], forward: string, waitMs: number | undefined][] = [
    ["a first press until it is known what it was", ["a", KEY], "a", PRESS_MS],
    ["a first press no longer than its wait", [KEY, "wait"], KEY, undefined],
    ["a lone Esc for an instant", ["\x1b"], "", SEQUENCE_MS],
    ["a lone Esc no longer", ["\x1b", "wait"], "\x1b", undefined],
    [
      "nothing of a sequence whose beginning was sent on",
      ["\x1b[9", "wait", "2;5u", "\x1b"],
      "\x1b[92;5u",
      SEQUENCE_MS,
    ],
    ["the beginning of the kitty key", ["\x1b[92;"], "", SEQUENCE_MS],
    ["the release of a first press, with it", ["\x1b[92;5u\x1b[92;5:3u"], "", PRESS_MS],
    ["nothing inside a paste", ["\x1b[200~\x1b"], "\x1b[200~\x1b", undefined],
  ];
  test.each(cases)("%s", (_title, pieces, forward, waitMs) => {
    expect(feed(pieces)).toEqual({ forward, isDetach: false, waitMs });
  });
});

test("DetachKey recognizes a paste whose first mark came in two late pieces", () => {
  const pieces = ["\x1b", "wait", "[200~", KEY, KEY, "\x1b[201~", KEY];
  expect(feed(pieces)).toEqual({ forward: `\x1b[200~${KEY}${KEY}\x1b[201~`, isDetach: false, waitMs: PRESS_MS });
});

const words = [
  KEY,
  "\x1b",
  "\x1b[92;5u",
  "\x1b[92;5:3u",
  "\x1b[27;5;92~",
  "\x1b[200~",
  "\x1b[201~",
  "\x1b[A",
  "[",
  "9",
  "a",
];
const input = fc
  .array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...words) }, fc.string({ unit: "binary-ascii" })))
  .map((parts) => parts.join(""));

/** Cuts `whole` at places that are given as fractions of its length. */
function cut(whole: string, places: readonly number[]): string[] {
  const at = [...new Set(places.map((place) => Math.floor(place * whole.length)))].sort((a, b) => a - b);
  return [0, ...at].map((from, index) => whole.slice(from, at[index] ?? whole.length));
}

test("DetachKey gives the same result however the input is cut", () => {
  const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }));
  fc.assert(
    fc.property(input, places, (whole, at) => {
      expect(feed(cut(whole, at))).toEqual(feed([whole]));
    }),
    { numRuns: 2_000 },
  );
});

test("DetachKey loses and changes no byte unless it detaches", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(input, fc.constant("wait"))), (pieces) => {
      const got = feed([...pieces, "wait"]);
      if (!got.isDetach) expect(got.forward).toBe(pieces.filter((it) => it !== "wait").join(""));
    }),
    { numRuns: 2_000 },
  );
});
