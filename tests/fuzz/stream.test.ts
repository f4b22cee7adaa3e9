/** The streams of runners, split anywhere, and the moves they answer with. */
import fc from "fast-check";
import { ledgerLine, parseRow } from "../../src/core/money/call.ts";
import { parseMove } from "../../src/core/move/parse-move.ts";
import { LineSplitter } from "../../src/core/stream/lines.ts";
import { EVENT_TYPES, readEvent, render } from "../../src/core/stream/read-event.ts";
import { UsageMeter } from "../../src/core/stream/usage-meter.ts";
import { actsOnTerminal, fuzz, hostileJson, hostileText } from "../support/faults/count-fuzz.ts";

const NAMES = [
  "message",
  "content",
  "text",
  "result",
  "usage",
  "total_cost_usd",
  "part",
  "tokens",
  "item",
  "name",
  "input",
  "cost",
];
const event = fc
  .record({
    type: fc.oneof(fc.constantFrom(...EVENT_TYPES), hostileText),
    more: fc.dictionary(fc.constantFrom(...NAMES), hostileJson),
  })
  .map(({ type, more }) => JSON.stringify({ ...more, type }));
const line = fc.oneof(
  event,
  hostileText,
  hostileJson.map((value) => JSON.stringify(value) ?? ""),
);

fuzz("readEvent() gives no negative usage, and progress that is printable", line, (text) => {
  const { progress, usage } = readEvent(text);
  const { input = 0, output = 0, cacheRead = 0, cacheWrite = 0, costUsd = 0 } = usage ?? {};
  if (![input, output, cacheRead, cacheWrite, costUsd].every((figure) => figure >= 0)) return false;
  return !progress.some((it) => actsOnTerminal(render(it, false)));
});

fuzz(
  "LineSplitter gives the same lines wherever the stream is split",
  fc.tuple(fc.array(line), fc.array(fc.nat(400))),
  ([lines, places]) => {
    const whole = new TextEncoder().encode(lines.join("\n"));
    const read = (cuts: number[]) => {
      const splitter = new LineSplitter();
      const at = [0, ...cuts.map((cut) => Math.min(cut, whole.length)).sort((a, b) => a - b), whole.length];
      const came = at.map((from, index) => splitter.push(whole.subarray(from, at[index + 1] ?? from)));
      return [...came, splitter.end()].filter((it) => it !== undefined).join("\n");
    };
    return read(places) === read([]);
  },
);

fuzz("the usage of any events is one valid row of the ledger", fc.array(line, { maxLength: 6 }), (lines) => {
  const meter = new UsageMeter();
  for (const text of lines) meter.add(readEvent(text));
  const written = ledgerLine(meter.call({ kind: "tick", id: "x", runner: "y" }), 1e12);
  return parseRow(written) !== undefined && !written.includes("\n");
});

const move = fc
  .record({
    action: fc.oneof(
      fc.constantFrom("noop", "write_goal", "start_worker", "run_shell", "ask_human", "kill_worker"),
      hostileText,
    ),
    more: fc.dictionary(
      fc.constantFrom("id", "body", "cmd", "prompt", "journal", "worker", "options", "reason"),
      hostileJson,
    ),
  })
  .map(({ action, more }) => JSON.stringify({ journal: "x", ...more, action }));

fuzz(
  "parseMove() returns a move, or a printable reason",
  fc.oneof(
    move,
    hostileText,
    move.map((it) => `\`\`\`json\n${it}\n\`\`\``),
  ),
  (answer) => {
    const parsed = parseMove(answer);
    return parsed.kind === "move" ? typeof parsed.move.action === "string" : !actsOnTerminal(parsed.why);
  },
);
