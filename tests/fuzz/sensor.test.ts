/** Sensor output, and its way into the world and the prompt. */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { isRecord, parseJson } from "../../src/core/json.ts";
import { fieldsOf } from "../../src/core/offline/brief.ts";
import { linesOf, summary } from "../../src/core/offline/reading-text.ts";
import { escaped, playbookBody } from "../../src/core/prompt/prompt.ts";
import { plain, utf8 } from "../../src/core/text.ts";
import { intervalMs, isFailure, readingOfRun } from "../../src/core/world/sensor.ts";
import { changeLine, signalItem } from "../../src/core/world/world.ts";
import { actsOnTerminal, fuzz, hostileBytes, hostileJson, hostileText } from "../support/faults/count-fuzz.ts";

const digest = (bytes: string | Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const printed = fc.oneof(
  hostileBytes,
  hostileJson.map((value) => new TextEncoder().encode(JSON.stringify({ signal: value }))),
);

const run = fc.record({
  code: fc.option(fc.integer({ min: 0, max: 255 }), { nil: undefined }),
  signal: fc.constantFrom(undefined, "SIGKILL", "SIGSEGV", "\x1b[2J"),
  timedOut: fc.boolean(),
  stdout: printed,
  more: fc.nat(1_000),
  stderr: hostileBytes,
});

fuzz("readingOfRun() of a failure is JSON", run, (ended) => {
  const reading = readingOfRun({ ...ended, printedBytes: ended.stdout.length + ended.more }, 100, 60_000);
  return !isFailure(reading) || isRecord(parseJson(utf8(reading)));
});

fuzz("signalItem() is printable, and the same for the same bytes", printed, (reading) => {
  const item = signalItem(reading, digest);
  return !actsOnTerminal(item.shown) && item.digest === signalItem(reading.slice(), digest).digest;
});

fuzz("changeLine() of two readings is one printable line", fc.tuple(printed, printed), ([was, now]) => {
  const shown = [was, now].map((reading) => signalItem(reading, digest).shown);
  const line = changeLine({ op: "change", item: "snap:x", was: shown[0] ?? "", now: shown[1] ?? "" });
  return !line.includes("\n") && !actsOnTerminal(line);
});

fuzz("intervalMs() is a whole number that is not negative, or undefined", hostileText, (text) => {
  const ms = intervalMs(`# looop:interval=${text}`);
  return ms === undefined || (Number.isSafeInteger(ms) && ms >= 0);
});

fuzz("the offline runner's text about a reading is printable", hostileJson, (value) => {
  if (!isRecord(value)) return true;
  const facts = fieldsOf(value);
  return ![summary(facts), ...(linesOf(facts) ?? [])].some((line) => actsOnTerminal(line) || line.includes("\n"));
});

fuzz("escaped() and playbookBody() leave no line that begins a section", hostileText, (text) => {
  return ![escaped(plain(text)), playbookBody(text)].some((body) => /^\s*(?:===|---)/m.test(body));
});
