/** The output of a program to its terminal, split anywhere: the readable log, the modes, the replay, the screenshot. */
import fc from "fast-check";
import { Modes } from "../../src/supervise/screen/modes.ts";
import { ReadableText } from "../../src/supervise/screen/readable-text.ts";
import { isTerminalAnswer, withoutQueries } from "../../src/supervise/screen/replay-filter.ts";
import { openScreen } from "../../src/supervise/screen/screen.ts";
import { takePicture } from "../../src/supervise/screen/screenshot.ts";
import { actsOnTerminal, fuzz, fuzzAsync, hostileBytes } from "../support/faults/count-fuzz.ts";

const PARTS = [
  ...[
    "\x1b[",
    "\x1b]",
    "\x1bP",
    "\x1b_",
    "?",
    ">",
    "<",
    "=",
    ";",
    "1049",
    "2026",
    "25",
    "1",
    "2",
    "999999999",
    "h",
    "l",
    "m",
    "u",
    "r",
    "c",
    "n",
    "q",
  ],
  ...[
    "\x07",
    "\x1b\\",
    "\x9c",
    "\x18",
    "\x1a",
    "\x1b",
    "$p",
    "t",
    "J",
    "H",
    "8;;u",
    "52;c;?",
    "10;?",
    "漢",
    "\u0301",
    "x",
    "\r\n",
    "\n",
    "\t",
    " ",
  ],
];
const output = fc.oneof(
  fc.array(fc.constantFrom(...PARTS), { maxLength: 30 }).map((parts) => new TextEncoder().encode(parts.join(""))),
  hostileBytes,
);
const split = fc.tuple(output, fc.array(fc.nat(200), { maxLength: 6 }));

/** Splits `bytes` at these places. */
function pieces(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.map((from, index) => bytes.subarray(from, at[index + 1] ?? from));
}

fuzz("ReadableText is printable, and the same wherever the output is split", split, ([bytes, places]) => {
  const read = (all: readonly Uint8Array[]) => {
    const readable = new ReadableText();
    return all.map((piece) => readable.push(piece)).join("");
  };
  return !actsOnTerminal(read([bytes])) && read(pieces(bytes, places)) === read([bytes]);
});

fuzz(
  "Modes are the same wherever the output is split, and undo() leaves nothing to restore",
  split,
  ([bytes, places]) => {
    const after = (all: readonly Uint8Array[]) => {
      const modes = new Modes();
      for (const piece of all) modes.feed(piece);
      return modes;
    };
    const [whole, pieced] = [after([bytes]), after(pieces(bytes, places))];
    const encode = (text: string) => new TextEncoder().encode(text);
    const undone = after([bytes, encode(whole.isInside ? "\x18" : ""), encode(whole.undo())]);
    return whole.restore() === pieced.restore() && whole.undo() === pieced.undo() && undone.restore() === "";
  },
);

/** Sequences that make a terminal answer. */
const QUERIES = /\x05|\x1b\[(?:[>=]?0?c|[56]n|\?u|>0?q|18t|21t)|\x1b\]52;|\x1bZ|\xc2[\x80-\x9f]/;
fuzz("withoutQueries() leaves no sequence that makes a terminal answer", output, (bytes) => {
  const shown = Buffer.from(withoutQueries(bytes)).toString("latin1");
  // An unfinished sequence may continue as another one.
  const modes = new Modes();
  modes.feed(withoutQueries(bytes));
  return modes.isInside || !QUERIES.test(shown);
});

fuzz("withoutQueries() twice is the same as once", output, (bytes) =>
  Buffer.from(withoutQueries(withoutQueries(bytes))).equals(Buffer.from(withoutQueries(bytes))),
);

fuzz("isTerminalAnswer() accepts any bytes", hostileBytes, (bytes) => typeof isTerminalAnswer(bytes) === "boolean");

fuzzAsync(
  "takePicture() is printable text with as many lines as the screen",
  output,
  () => async (bytes) => {
    const screen = await openScreen({ cols: 20, rows: 4 });
    await screen.draw(bytes);
    const { text } = takePicture(screen, "plain", false);
    return (
      text !== undefined &&
      !/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/.test(text) &&
      text.split("\n").length === 4
    );
  },
  200,
);
