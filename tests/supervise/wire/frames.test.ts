import { describe, expect, test } from "bun:test";
import { concat } from "../../../src/core/bytes.ts";
import {
  decodeExit,
  decodeResize,
  encodeExit,
  encodeFrame,
  encodeResize,
  FRAME_LIMIT_BYTES,
  FrameReader,
  LINE_LIMIT_BYTES,
  LineReader,
} from "../../../src/supervise/wire/frames.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);

describe("encodeFrame() and its kin", () => {
  const cases: [title: string, got: Uint8Array, want: number[]][] = [
    ["output", encodeFrame(1, bytes(0xff, 0)), [1, 0, 0, 0, 2, 0xff, 0]],
    ["detached is empty", encodeFrame(3, bytes()), [3, 0, 0, 0, 0]],
    ["an exit code", encodeExit(false, 7), [2, 0, 0, 0, 5, 0, 0, 0, 0, 7]],
    ["a negative exit code", encodeExit(false, -1), [2, 0, 0, 0, 5, 0, 255, 255, 255, 255]],
    ["an exit by signal without a code is 130", encodeExit(true, undefined), [2, 0, 0, 0, 5, 1, 0, 0, 0, 130]],
    ["an exit without a code is 0", encodeExit(false, undefined), [2, 0, 0, 0, 5, 0, 0, 0, 0, 0]],
    ["a size", encodeResize(300, 2), [2, 0, 0, 0, 4, 1, 44, 0, 2]],
  ];
  test.each(cases)("%s", (_title, got, want) => {
    expect([...got]).toEqual(want);
  });

  test("rejects payloads of a wrong length", () => {
    expect([decodeExit(bytes(1, 2)), decodeResize(bytes(0, 1, 0))]).toEqual([undefined, undefined]);
    expect(decodeExit(encodeExit(true, 129).subarray(5))).toEqual({ signaled: true, code: 129 });
    expect(decodeResize(encodeResize(80, 24).subarray(5))).toEqual({ cols: 80, rows: 24 });
  });
});

describe("FrameReader", () => {
  const stream = concat([encodeFrame(1, bytes(1, 2, 3)), encodeFrame(9, bytes()), encodeResize(80, 24)]);

  test.each([1, 2, 3, 5, 7, 100])("finds the same frames in pieces of %d", (size) => {
    const reader = new FrameReader();
    const frames = [];
    for (let at = 0; at < stream.length; at += size) frames.push(...(reader.push(stream.slice(at, at + size)) ?? []));
    expect(frames.map(({ tag, payload }) => [tag, ...payload])).toEqual([[1, 1, 2, 3], [9], [2, 0, 80, 0, 24]]);
  });

  test("refuses a length past the limit before its payload comes", () => {
    expect(new FrameReader().push(bytes(1, 0xff, 0xff, 0xff, 0xff))).toBeUndefined();
  });

  test("takes the longest frame in many pieces without taking quadratic time", () => {
    const reader = new FrameReader();
    const frame = encodeFrame(1, new Uint8Array(FRAME_LIMIT_BYTES));
    let found = 0;
    for (let at = 0; at < frame.length; at += 65_536)
      found += reader.push(frame.subarray(at, at + 65_536))?.length ?? 0;
    expect(found).toBe(1);
  });
});

describe("LineReader", () => {
  test("returns the line and the bytes after it", () => {
    const reader = new LineReader();
    expect(reader.push(bytes(65, 66))).toBeUndefined();
    expect(reader.push(bytes(67, 10, 1, 2))).toEqual({ line: bytes(65, 66, 67), rest: bytes(1, 2) });
  });

  test("refuses a line without an end", () => {
    const reader = new LineReader();
    const piece = new Uint8Array(1_048_576).fill(65);
    for (let sent = 0; sent < LINE_LIMIT_BYTES; sent += piece.length) expect(reader.push(piece)).toBeUndefined();
    expect(reader.push(piece)).toBe("too-long");
  });
});
