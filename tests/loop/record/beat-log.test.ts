import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { EXIT, LooopError } from "../../../src/core/error.ts";
import { bytesOf } from "../../../src/core/text.ts";
import { ARCHIVE_BYTES, openBeatLog, RunnerOutput, withoutMoves } from "../../../src/loop/record/beat-log.ts";
import { files } from "../../../src/sys/files.ts";
import type { Files } from "../../../src/sys/sys.ts";
import { dataFolder } from "../../support/program/data-folder.ts";

/** A runner's output that goes to an archive and to `shown`. */
function output(over: Partial<Files> = {}) {
  const path = join(dataFolder().data, "output.log");
  const shown: string[] = [];
  const log = openBeatLog(
    () => "09:30:05",
    false,
    (text) => shown.push(text),
  );
  return { shown, path, it: new RunnerOutput({ ...files, ...over }, log, path) };
}

describe("openBeatLog()", () => {
  test("begins each line with the time, dim when there is colour", () => {
    const shown: string[] = [];
    openBeatLog(
      () => "09:30:05",
      true,
      (text) => shown.push(text),
    ).line("done", "green");

    expect(shown).toEqual(["\u001b[2m[09:30:05]\u001b[0m \u001b[32mdone\u001b[0m"]);
  });

  test("shows no more of a line than anybody reads", () => {
    const shown: string[] = [];
    openBeatLog(
      () => "09:30:05",
      false,
      (text) => shown.push(text),
    ).output(`${"x".repeat(9_000)}\nshort`);

    expect(shown[0]).toMatch(/^\[09:30:05\] │ x{1999}…\n\[09:30:05\] │ short$/);
  });
});

describe("RunnerOutput", () => {
  test("shows and archives each line with its time, clean", () => {
    const { it, path, shown } = output();
    for (const piece of ["a\u001b[0", "m\nb\n", "c"]) it.push(bytesOf(piece));
    it.close();

    expect(files.read(path)).toBe("[09:30:05] a\n[09:30:05] b\n[09:30:05] c\n");
    expect(shown.join("\n")).toBe("[09:30:05] │ a\n[09:30:05] │ b\n[09:30:05] │ c");
  });

  test("lets no carriage return make a line that is not behind the gutter", () => {
    const { it, path, shown } = output();
    it.push(bytesOf("a\r[09:30:05] └─ done\n"));
    it.close();

    expect([files.read(path), shown.join("\n")]).toEqual([
      "[09:30:05] a\n[09:30:05] [09:30:05] └─ done\n",
      "[09:30:05] │ a\n[09:30:05] │ [09:30:05] └─ done",
    ]);
  });

  test("lets no sequence without an end take the next line with it", () => {
    const { it, path } = output();
    it.push(bytesOf("a\u001b]0;title\nb\n"));
    it.close();

    expect(files.read(path)).toBe("[09:30:05] a\n[09:30:05] b\n");
  });

  test("quotes the last lines that are not blank, each of a length one can read", () => {
    const { it } = output();
    it.push(bytesOf(`${Array.from({ length: 9 }, (_, at) => `line ${at}`).join("\n")}\n\n \n${"x".repeat(900)}\n`));
    it.close();

    expect(it.tail()).toEqual(["line 5", "line 6", "line 7", "line 8", `${"x".repeat(399)}…`]);
  });

  test("counts what it does not keep, and still knows the end", () => {
    const { it, path } = output();
    const chunk = bytesOf(`${"x".repeat(65_535)}\n`);
    for (let sent = 0; sent < ARCHIVE_BYTES * 1.25; sent += chunk.length) it.push(chunk);
    it.push(bytesOf("the end\n"));
    it.close();

    expect(it.tail().at(-1)).toBe("the end");
    expect(files.stat(path)?.sizeBytes).toBeLessThan(ARCHIVE_BYTES * 1.1);
  });

  test("loses the archive, not the run, when the disk is full, and says so once", () => {
    const full = new LooopError({ message: "Cannot write x: no space left", hint: "Free some", exit: EXIT.failed });
    const writer = {
      write: () => {
        throw full;
      },
      close: () => {},
    };
    const { it, shown } = output({ openWriter: () => writer });
    for (const piece of ["a\n", "b\n"]) it.push(bytesOf(piece));
    it.close();

    expect(shown).toEqual([
      "[09:30:05] the runner's output is not kept any more: Cannot write x: no space left",
      "[09:30:05] │ a",
      "[09:30:05] │ b",
    ]);
  });
});

describe("withoutMoves()", () => {
  test("leaves out the lines that are a whole move, and nothing else", () => {
    const shown: string[] = [];
    const log = withoutMoves(
      openBeatLog(
        () => "09:30:05",
        false,
        (text) => shown.push(text),
      ),
    );
    log.output('thinking\n{"action":"noop","journal":"nothing"}\n{"action":"fly"}');
    log.output('{"action":"noop","journal":"nothing"}');
    log.output("");

    expect(shown).toEqual(['[09:30:05] │ thinking\n[09:30:05] │ {"action":"fly"}', "[09:30:05] │ "]);
  });
});
