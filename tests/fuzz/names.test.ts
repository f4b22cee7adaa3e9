/** Ids, names, and texts that are printed. */
import { describe } from "bun:test";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { EXIT, LooopError } from "../../src/core/error.ts";
import { anySessionId, bareId, isBareId, isSessionId, quoted, sessionId, workerId } from "../../src/core/names.ts";
import { clip, plain, plainLine, utf8 } from "../../src/core/text.ts";
import { actsOnTerminal, fuzz, hostileBytes, hostileText } from "../support/faults/count-fuzz.ts";

/** Returns the result of `check`, or undefined when it refuses properly: exit 2, a hint, and one printable line. */
function acceptedBy(check: () => string): string | undefined {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof LooopError)) throw error;
    if (error.exit !== EXIT.usage || error.hint === "" || actsOnTerminal(error.message) || /\n/.test(error.message)) {
      throw new Error(`Not a proper refusal: ${JSON.stringify(error.message)}`);
    }
    return undefined;
  }
}

const idLike = fc.oneof(hostileText, fc.string({ unit: fc.constantFrom(..."aZ09._-/\\ \n") }));

describe("ids", () => {
  fuzz("bareId() refuses an id, or accepts one that names one file in its folder", idLike, (id) => {
    const accepted = acceptedBy(() => bareId("goal", id));
    return accepted === undefined
      ? !isBareId(id)
      : resolve(join("/data/goals", `${accepted}.md`)) === `/data/goals/${id}.md`;
  });
  fuzz("workerId() refuses an id, or accepts one that names one session", idLike, (id) => {
    const accepted = acceptedBy(() => workerId(id));
    return accepted === undefined || (isSessionId(sessionId(accepted)) && workerId(sessionId(accepted)) === accepted);
  });
  fuzz("anySessionId() refuses an id, or accepts one that is one folder and one shell word", idLike, (id) => {
    const accepted = acceptedBy(() => anySessionId(id));
    return (
      accepted === undefined || (resolve("/data/sessions", accepted) === `/data/sessions/${id}` && /^[\w.-]+$/.test(id))
    );
  });
});

describe("texts that are printed", () => {
  fuzz("plain() of a text does not act on a terminal", hostileText, (text) => !actsOnTerminal(plain(text)));
  fuzz("plain() of bytes does not act on a terminal", hostileBytes, (bytes) => !actsOnTerminal(plain(utf8(bytes))));
  fuzz(
    "plainLine() is one line",
    hostileText,
    (text) => !/[\n\t]/.test(plainLine(text)) && !actsOnTerminal(plainLine(text)),
  );
  fuzz("plain() twice is the same as once", hostileText, (text) => plain(plain(text)) === plain(text));
  fuzz("quoted() is one line of JSON", hostileText, (text) => {
    return (
      !/[\n\t]/.test(quoted(text)) && !actsOnTerminal(quoted(text)) && typeof JSON.parse(quoted(text)) === "string"
    );
  });
  fuzz(
    "clip() makes no text longer, and splits no character",
    fc.tuple(fc.string({ unit: "binary" }), fc.nat(20)),
    ([text, max]) => {
      const cut = clip(text, max + 1);
      return cut.length <= Math.max(text.length, max + 1) && !/[\ud800-\udbff]…$/.test(cut);
    },
  );
});
