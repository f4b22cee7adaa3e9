/** Ids, names and any text that is shown. */
import { describe } from "bun:test";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { EXIT, LooopError } from "../../src/core/error.ts";
import { anySessionId, bareId, isBareId, isSessionId, quoted, sessionId, workerId } from "../../src/core/names.ts";
import { clip, plain, plainLine, utf8 } from "../../src/core/text.ts";
import { actsOnTerminal, fuzz, hostileBytes, hostileText } from "../support/faults/count-fuzz.ts";

/** What `act` gives, or undefined when it refuses as looop refuses: with a hint, exit 2, and nothing that acts. */
function refused(act: () => string): string | undefined {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof LooopError)) throw error;
    if (error.exit !== EXIT.usage || error.hint === "" || actsOnTerminal(error.message) || /\n/.test(error.message)) {
      throw new Error(`Refused badly: ${JSON.stringify(error.message)}`);
    }
    return undefined;
  }
}

const idLike = fc.oneof(hostileText, fc.string({ unit: fc.constantFrom(..."aZ09._-/\\ \n") }));

describe("ids", () => {
  fuzz("an id is refused in words, or names one file in its folder", idLike, (id) => {
    const took = refused(() => bareId("goal", id));
    return took === undefined ? !isBareId(id) : resolve(join("/data/goals", `${took}.md`)) === `/data/goals/${id}.md`;
  });
  fuzz("a worker's id is refused in words, or names one session", idLike, (id) => {
    const took = refused(() => workerId(id));
    return took === undefined || (isSessionId(sessionId(took)) && workerId(sessionId(took)) === took);
  });
  fuzz("any session's id is refused in words, or is one folder and one shell word", idLike, (id) => {
    const took = refused(() => anySessionId(id));
    return took === undefined || (resolve("/data/sessions", took) === `/data/sessions/${id}` && /^[\w.-]+$/.test(id));
  });
});

describe("text that is shown", () => {
  fuzz("nothing in it acts on a terminal", hostileText, (text) => !actsOnTerminal(plain(text)));
  fuzz("bytes neither", hostileBytes, (bytes) => !actsOnTerminal(plain(utf8(bytes))));
  fuzz(
    "a line is one line",
    hostileText,
    (text) => !/[\n\t]/.test(plainLine(text)) && !actsOnTerminal(plainLine(text)),
  );
  fuzz("made plain once it is plain", hostileText, (text) => plain(plain(text)) === plain(text));
  fuzz("a quoted word is one line, and JSON again", hostileText, (text) => {
    return (
      !/[\n\t]/.test(quoted(text)) && !actsOnTerminal(quoted(text)) && typeof JSON.parse(quoted(text)) === "string"
    );
  });
  fuzz(
    "clipped it is not longer, and splits no character",
    fc.tuple(fc.string({ unit: "binary" }), fc.nat(20)),
    ([text, max]) => {
      const cut = clip(text, max + 1);
      return cut.length <= Math.max(text.length, max + 1) && !/[\ud800-\udbff]…$/.test(cut);
    },
  );
});
