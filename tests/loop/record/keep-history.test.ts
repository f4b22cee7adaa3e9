import { describe, expect, test } from "bun:test";
import type { BeatRecord } from "../../../src/core/beat/beat-record.ts";
import { EXIT, LooopError } from "../../../src/core/error.ts";
import type { Note } from "../../../src/core/history/revision.ts";
import { Stopwatch } from "../../../src/loop/context/stopwatch.ts";
import { commitBeat, commitClosedAsks } from "../../../src/loop/record/keep-history.ts";
import type { History } from "../../../src/store/history/history.ts";
import { fakeLoop } from "../../fakes/loop-context.ts";

/** A history that remembers in which order it was called; `broken` makes every call fail. */
function loop(broken = false) {
  const steps: (string | Note)[] = [];
  const call = async (step: string, note?: Note) => {
    if (broken) throw new LooopError({ message: "Cannot write the history", hint: "Mend it", exit: EXIT.failed });
    steps.push(step, ...(note === undefined ? [] : [note]));
    return { commit: undefined, problems: [] };
  };
  const history = {
    begin: (note: Note) => call("begin", note),
    keep: (note: Note) => call("keep", note),
    tidy: async () => undefined,
  };
  const context = fakeLoop({ memory: () => history as unknown as History });
  return { context, steps, watch: new Stopwatch(context.clock) };
}

const record = (over: object) => ({ kind: "beat", journal: "- wrote g", move: null, ...over }) as unknown as BeatRecord;
const done = record({ outcome: { kind: "done", text: "t", ask: null }, move: { action: "write_goal" } });

describe("commitBeat()", () => {
  test("begins before the act and commits after it, under the record that the act returned", async () => {
    const { context, steps, watch } = loop();
    await commitBeat(context, { runId: "r1", watch }, async () => {
      steps.push("act");
      return { record: done };
    });

    expect(steps).toEqual([
      "begin",
      expect.objectContaining({ kind: "interrupted", beat: "r1" }),
      "act",
      "keep",
      { kind: "beat", subject: "- wrote g", beat: "r1", action: "write_goal" },
    ]);
  });

  test("commits a failed beat as failed, with its error when it wrote no journal line", async () => {
    const { context, steps, watch } = loop();
    const outcome = { kind: "failed", text: "it broke\nlong", ask: null };
    await commitBeat(context, { runId: "r1", watch }, async () => ({ record: record({ outcome, journal: null }) }));

    expect(steps.at(-1)).toMatchObject({ kind: "failed", subject: "(looop) failed: it broke" });
  });

  test("commits what an act did before it threw, and lets the error pass", async () => {
    const { context, steps, watch } = loop();
    const act = () => Promise.reject(new Error("no"));

    await expect(commitBeat(context, { runId: "r1", watch }, act)).rejects.toThrow("no");
    expect(steps.at(-1)).toMatchObject({ kind: "failed", subject: "(looop) failed: r1" });
  });

  test("does not fail a beat for a history that cannot be written, and logs it", async () => {
    const { context, watch } = loop(true);

    expect(await commitBeat(context, { runId: "r1", watch }, async () => ({ record: done }))).toEqual({ record: done });
    expect(context.said()).toContain("not remembered: Cannot write the history");
  });
});

describe("commitClosedAsks()", () => {
  test("commits under no run", async () => {
    const { context, steps, watch } = loop();
    await commitClosedAsks(context, watch, async () => {});

    expect(steps.at(-1)).toEqual({
      kind: "answered",
      subject: "(looop) closed what was answered or has expired",
    });
  });
});
