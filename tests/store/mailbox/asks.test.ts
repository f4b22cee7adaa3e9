import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderAsk } from "../../../src/core/mailbox/ask.ts";
import {
  type AsksDeps,
  answerAsk,
  archiveAsk,
  archiveResolvedAsks,
  createAsk,
  findAsk,
  parkMove,
  readAsks,
} from "../../../src/store/mailbox/asks.ts";
import { resolvePaths } from "../../../src/store/paths.ts";
import { clock } from "../../../src/sys/clock.ts";
import { files } from "../../../src/sys/files.ts";
import { profile } from "../../support/program/profile.ts";

function edge(): AsksDeps {
  const me = profile();
  return { files, clock, paths: resolvePaths(me.env, me.home) };
}

const draft = { from: "looop-w", prompt: "Which?", severity: "soon" } as const;

test("an ask is there until it is answered, and its answer until it is archived", () => {
  const it = edge();
  const ask = createAsk(it, draft);
  expect(readAsks(it)).toEqual({ pending: [ask], answered: [], damaged: [] });
  const { answer } = answerAsk(it, ask.id, "this one", "answer");
  expect(readAsks(it)).toEqual({ pending: [], answered: [{ ask, answer }], damaged: [] });
  archiveAsk(it, ask.id, "delivered");
  expect(readAsks(it)).toEqual({ pending: [], answered: [], damaged: [] });
  expect(JSON.parse(readFileSync(join(it.paths.asked, `${ask.id}.json`), "utf8"))).toMatchObject({
    prompt: "Which?",
    answer: { text: "this one", by: "answer" },
    outcome: "delivered",
  });
});

test("asks of one millisecond have different ids", () => {
  const it = { ...edge(), clock: { ...clock, now: () => 1_790_000_000_000 } };
  const ids = Array.from({ length: 50 }, () => createAsk(it, draft).id);
  expect(new Set(ids).size).toBe(50);
});

test("an id is not used again while its answer or its archive is there", () => {
  const it = { ...edge(), clock: { ...clock, now: () => 1_790_000_000_000 } };
  const first = createAsk(it, draft);
  answerAsk(it, first.id, "a", "answer");
  archiveAsk(it, first.id, "delivered");
  const second = createAsk(it, draft);
  expect(second.id).not.toBe(first.id);
  expect(readAsks(it).pending).toEqual([second]);
});

describe("answerAsk()", () => {
  test("lets the first answer win, of twenty at once exactly one", () => {
    const it = edge();
    const { id } = createAsk(it, draft);
    const wins = Array.from({ length: 20 }, (_, at) => {
      try {
        return answerAsk(it, id, `answer ${at}`, "answer").answer.text;
      } catch {
        return undefined;
      }
    }).filter((text) => text !== undefined);
    expect(wins).toEqual(["answer 0"]);
    expect(() => answerAsk(it, id, "late", "attach")).toThrow(/it is answered already/);
    archiveAsk(it, id, "delivered");
    expect(() => answerAsk(it, id, "later", "answer")).toThrow(/it is answered already/);
  });

  test.each(["zzzzz", "no-such"])("refuses the unknown ask %s and names those that are there", (id) => {
    const it = edge();
    expect(() => answerAsk(it, id, "x", "answer")).toThrow(/no such ask/);
    expect(existsSync(it.paths.answers)).toBe(false);
  });

  test.each(["../w", "a/b", "", ".", "x".repeat(59)])("refuses the id %p before it builds a path", (id) => {
    expect(() => answerAsk(edge(), id, "x", "answer")).toThrow(/as an ask id/);
  });

  test("answers beside an answer that nobody can read, and keeps that one", () => {
    const it = edge();
    const { id } = createAsk(it, draft);
    writeFileSync(join(it.paths.answers, `${id}.json`), '{"v":1,"te');
    expect(readAsks(it)).toMatchObject({ pending: [{ id }], damaged: [`answers/${id}.json`] });
    expect(answerAsk(it, id, "whole", "answer").answer.text).toBe("whole");
    expect(readdirSync(it.paths.answers)).toContain(`${id}.json.damaged`);
  });

  test("refuses a question that nobody can read", () => {
    const it = edge();
    createAsk(it, draft);
    writeFileSync(join(it.paths.asks, "torn.json"), renderAsk({ ...draft, id: "torn", ts: "x" }));
    expect(() => answerAsk(it, "torn", "yes", "answer")).toThrow(/its record is damaged/);
  });
});

test("records that cannot be read are named and hide no other", () => {
  const it = edge();
  const ask = createAsk(it, draft);
  writeFileSync(join(it.paths.asks, "empty.json"), "");
  writeFileSync(join(it.paths.asks, "list.json"), "[1]");
  mkdirSync(join(it.paths.asks, "folder.json"));
  writeFileSync(join(it.paths.asks, ".hidden.json"), "");
  writeFileSync(join(it.paths.asks, "note.txt"), "");
  expect(readAsks(it)).toEqual({
    pending: [ask],
    answered: [],
    damaged: ["asks/empty.json", "asks/folder.json", "asks/list.json"],
  });
});

test("findAsk() finds the answer of an ask that another process has archived", () => {
  const it = edge();
  const { id } = createAsk(it, draft);
  expect(findAsk(it, id)).toMatchObject({ ask: { id }, answer: undefined });
  answerAsk(it, id, "yes", "attach");
  archiveAsk(it, id, "shown");
  expect(findAsk(it, id)).toMatchObject({ ask: undefined, answer: { ask: id, text: "yes", by: "attach" } });
});

test("archiveAsk() may be repeated, and finishes what a crash cut off", () => {
  const it = edge();
  const { id } = createAsk(it, draft);
  answerAsk(it, id, "yes", "answer");
  const [ask, answer] = [join(it.paths.asks, `${id}.json`), join(it.paths.answers, `${id}.json`)];
  const before = readFileSync(ask, "utf8");
  const said = readFileSync(answer, "utf8");
  archiveAsk(it, id, "delivered");
  writeFileSync(ask, before);
  writeFileSync(answer, said);
  archiveAsk(it, id, "again");
  expect([existsSync(ask), existsSync(answer)]).toEqual([false, false]);
  expect(readFileSync(join(it.paths.asked, `${id}.json`), "utf8")).toContain('"outcome":"delivered"');
});

test("archiveResolvedAsks() removes an answer without its question after a minute, and no sooner", () => {
  const it = edge();
  const ask = createAsk(it, draft);
  answerAsk(it, ask.id, "yes", "answer");
  const path = join(it.paths.answers, "lost.json");
  writeFileSync(path, "{}");
  archiveResolvedAsks(it);
  expect(existsSync(path)).toBe(true);
  utimesSync(path, new Date(0), new Date(0));
  archiveResolvedAsks(it);
  expect(existsSync(path)).toBe(false);
  expect(readAsks(it).answered).toHaveLength(1);
});

test("archiveResolvedAsks() keeps the newest thousand that are over", () => {
  const it = edge();
  mkdirSync(it.paths.asked, { recursive: true });
  for (let at = 0; at < 1_010; at++) {
    const path = join(it.paths.asked, `a${at}.json`);
    writeFileSync(path, "{}");
    utimesSync(path, new Date(at * 1_000), new Date(at * 1_000));
  }
  archiveResolvedAsks(it);
  const left = readdirSync(it.paths.asked);
  expect([left.length, left.includes("a9.json"), left.includes("a10.json")]).toEqual([1_000, false, true]);
});

test("a parked move is kept whole, with what it would overwrite", () => {
  const it = edge();
  const parked = {
    move: { action: "write_goal", id: "g", body: "b", journal: "wrote g" },
    runId: "tick-1",
    targets: { "goals/g.md": "" },
    rule: "tainted",
  } as const;
  const ask = parkMove(it, "Write the goal g?", parked);
  expect(readAsks(it).pending).toEqual([ask]);
  expect(ask).toMatchObject({ from: "looop", options: ["yes", "no"], parked });
  expect(answerAsk(it, ask.id, "Yes", "answer").answer.text).toBe("yes");
});
