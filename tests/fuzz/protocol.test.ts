/** The bytes that a peer sends on a session's socket: a first line, then frames, split anywhere. */
import fc from "fast-check";
import { failure, parseRequest, success } from "../../src/core/session/request.ts";
import {
  decodeExit,
  decodeResize,
  encodeFrame,
  FRAME_LIMIT_BYTES,
  FrameReader,
  LineReader,
} from "../../src/supervise/wire/frames.ts";
import { fuzz, hostileBytes, hostileJson, hostileText } from "../support/faults/count-fuzz.ts";

const OPS = [
  "status",
  "log",
  "screenshot",
  "send",
  "resize",
  "restart",
  "kill",
  "detach",
  "attach",
  "replay",
  "__proto__",
];
const hello = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(...OPS),
      fc.dictionary(
        fc.constantFrom("cols", "rows", "text", "tail", "by", "format", "newline"),
        fc.oneof(hostileJson, fc.integer()),
      ),
    )
    .map(([op, more]) => JSON.stringify({ ...more, op })),
  hostileText,
  hostileJson.map((value) => JSON.stringify(value) ?? ""),
);

/** Splits `bytes` at these places. */
function* pieces(bytes: Uint8Array, places: readonly number[]): Iterable<Uint8Array> {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (const [index, from] of at.entries()) yield bytes.subarray(from, at[index + 1] ?? from);
}

fuzz("parseRequest() returns a request, or a reason that failure() puts into one line of JSON", hello, (line) => {
  const parsed = parseRequest(line);
  if (parsed.kind === "request") return OPS.includes(parsed.request.op) && success(parsed.request).endsWith("}\n");
  return (
    JSON.parse(failure(parsed.why)).ok === false && failure(parsed.why).indexOf("\n") === failure(parsed.why).length - 1
  );
});

fuzz(
  "LineReader gives the same first line and rest wherever the input is split",
  fc.tuple(hello, hostileBytes, fc.array(fc.nat(300))),
  ([line, after, places]) => {
    const head = new TextEncoder().encode(line.replaceAll("\n", " "));
    const reader = new LineReader();
    let rest: Uint8Array[] | undefined;
    for (const piece of pieces(Uint8Array.of(...head, 10, ...after), places)) {
      if (rest !== undefined) {
        rest.push(piece);
        continue;
      }
      const got = reader.push(piece);
      if (got === "too-long") return false;
      if (got !== undefined) {
        if (!Buffer.from(got.line).equals(head)) return false;
        rest = [got.rest];
      }
    }
    return rest !== undefined && Buffer.concat(rest).equals(Buffer.from(after));
  },
);

fuzz(
  "FrameReader gives the frames that were sent, wherever the input is split",
  fc.tuple(fc.array(fc.tuple(fc.nat(255), hostileBytes), { maxLength: 5 }), fc.array(fc.nat(999))),
  ([sent, places]) => {
    const reader = new FrameReader();
    const stream = Buffer.concat(sent.map(([tag, payload]) => encodeFrame(tag, payload)));
    const got = [...pieces(stream, places)].flatMap((piece) => reader.push(piece) ?? []);
    return (
      got.length === sent.length &&
      got.every(
        ({ tag, payload }, at) =>
          tag === sent[at]?.[0] && Buffer.from(payload).equals(Buffer.from(sent[at]?.[1] ?? [])),
      )
    );
  },
);

fuzz(
  "FrameReader gives frames within the limit, or refuses the rest of the input",
  fc.array(fc.uint8Array({ maxLength: 40 })),
  (all) => {
    const reader = new FrameReader();
    let isRefused = false;
    for (const piece of all) {
      const frames = reader.push(piece);
      if (frames === undefined) isRefused = true;
      else if (isRefused || frames.some(({ payload }) => payload.length > FRAME_LIMIT_BYTES)) return false;
      for (const { payload } of frames ?? []) void [decodeExit(payload), decodeResize(payload)];
    }
    return true;
  },
);
