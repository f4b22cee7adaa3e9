import { describe, expect, test } from "bun:test";
import { Transcript } from "../../../src/supervise/transcript/transcript.ts";
import type { GrowingFile } from "../../../src/sys/sys.ts";

/** A file on a disk with a given number of free bytes. */
function disk(room: number): GrowingFile & { room: number; text: string } {
  return {
    room,
    text: "",
    get sizeBytes() {
      return this.text.length;
    },
    append(bytes) {
      const fits = bytes.subarray(0, this.room);
      this.room -= fits.length;
      this.text += new TextDecoder().decode(fits);
      return fits.length;
    },
    close() {},
  };
}

const say = (transcript: Transcript, text: string) => transcript.append(new TextEncoder().encode(text));

describe("Transcript", () => {
  test("stops at its limit and counts the rest", () => {
    const file = disk(100);
    const transcript = new Transcript(file, 5);
    for (const text of ["abc", "def", "ghi"]) say(transcript, text);
    expect([file.text, transcript.sizeBytes, transcript.droppedBytes]).toEqual(["abcde", 5, 4]);
  });

  test("32: survives a full disk, counts lost bytes, and continues when there is room", () => {
    const file = disk(4);
    const transcript = new Transcript(file, 1_000);
    say(transcript, "abcdef");
    say(transcript, "gh");
    file.room = 10;
    say(transcript, "ij");
    expect([file.text, transcript.sizeBytes, transcript.droppedBytes]).toEqual(["abcdij", 6, 4]);
  });
});
