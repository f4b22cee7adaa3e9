import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderAsk } from "../../../src/core/mailbox/ask.ts";
import {
  type AsksDeps,
  answerAsk,
  archiveAsk,
  createApprovalAsk,
  createAsk,
  findAsk,
  pruneAsks,
  readAsks,
} from "../../../src/store/mailbox/asks.ts";
import { resolvePaths } from "../../../src/store/paths.ts";
import { clock } from "../../../src/sys/clock.ts";
import { sha256 } from "../../../src/sys/ffi/hash.ts";
import { files } from "../../../src/sys/files.ts";
import type { Sha256 } from "../../../src/sys/sys.ts";
import { profile } from "../../support/program/profile.ts";

function asksDeps(): AsksDeps & { readonly sha256: Sha256 } {
  const me = profile();
  return { files, clock, sha256, paths: resolvePaths(me.env, me.home) };
}

const draft = { kind: "worker", from: "looop-w", prompt: "Which?", severity: "soon" } as const;

test("readAsks() lists an ask as pending, then as answered, and no more once archiveAsk() moved it", () => {
  const it = asksDeps();
  const ask = createAsk(it, draft);
  expect(readAsks(it)).toEqual({ pending: [ask], answered: [], damaged: [] });
  const { answer } = answerAsk(it, ask.id, "this one", "answer");
  expect(readAsks(it)).toEqual({ pending: [], answered: [{ ask, answer }], damaged: [] });
  archiveAsk(it, ask.id, "delivered");
  expect(readAsks(it)).toEqual({ pending: [], answered: [], damaged: [] });
  expect(JSON.parse(readFileSync(join(it.paths.askArchive, `${ask.id}.json`), "utf8"))).toMatchObject({
    prompt: "Which?",
    answer: { text: "this one", by: "answer" },
    outcome: "delivered",
  });
});

test("createAsk() gives asks of one millisecond different ids", () => {
  const it = { ...asksDeps(), clock: { ...clock, now: () => 1_790_000_000_000 } };
  const ids = Array.from({ length: 50 }, () => createAsk(it, draft).id);
  expect(new Set(ids).size).toBe(50);
});

test("createAsk() does not reuse an id that has an answer or an archived ask", () => {
  const it = { ...asksDeps(), clock: { ...clock, now: () => 1_790_000_000_000 } };
  const first = createAsk(it, draft);
  answerAsk(it, first.id, "a", "answer");
  archiveAsk(it, first.id, "delivered");
  const second = createAsk(it, draft);
  expect(second.id).not.toBe(first.id);
  expect(readAsks(it).pending).toEqual([second]);
});

test("answerAsk() stores the first of twenty answers and refuses the others", () => {
  const it = asksDeps();
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

test.each(["zzzzz", "no-such"])("answerAsk() refuses the unknown ask %s and writes nothing", (id) => {
  const it = asksDeps();
  expect(() => answerAsk(it, id, "x", "answer")).toThrow(/no such ask/);
  expect(existsSync(it.paths.answers)).toBe(false);
});

test.each(["../w", "a/b", "", ".", "x".repeat(59)])("answerAsk() refuses the id %p before it builds a path", (id) => {
  expect(() => answerAsk(asksDeps(), id, "x", "answer")).toThrow(/as an ask id/);
});

test("answerAsk() replaces a damaged answer and keeps it under another name", () => {
  const it = asksDeps();
  const { id } = createAsk(it, draft);
  writeFileSync(join(it.paths.answers, `${id}.json`), '{"v":1,"te');
  expect(readAsks(it)).toMatchObject({ pending: [{ id }], damaged: [`answers/${id}.json`] });
  expect(answerAsk(it, id, "whole", "answer").answer.text).toBe("whole");
  expect(readdirSync(it.paths.answers)).toContain(`${id}.json.damaged`);
});

test("answerAsk() refuses a damaged ask", () => {
  const it = asksDeps();
  createAsk(it, draft);
  writeFileSync(join(it.paths.asks, "torn.json"), renderAsk({ ...draft, id: "torn", ts: "x" }));
  expect(() => answerAsk(it, "torn", "yes", "answer")).toThrow(/its record is damaged/);
});

test("readAsks() lists damaged records by path and still returns the others", () => {
  const it = asksDeps();
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

test("findAsk() returns the answer of an archived ask", () => {
  const it = asksDeps();
  const { id } = createAsk(it, draft);
  expect(findAsk(it, id)).toMatchObject({ ask: { id }, answer: undefined });
  answerAsk(it, id, "yes", "attach");
  archiveAsk(it, id, "shown");
  expect(findAsk(it, id)).toMatchObject({ ask: undefined, answer: { ask: id, text: "yes", by: "attach" } });
});

test("archiveAsk() is safe to repeat, and finishes a move that a crash cut off", () => {
  const it = asksDeps();
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
  expect(readFileSync(join(it.paths.askArchive, `${id}.json`), "utf8")).toContain('"outcome":"delivered"');
});

test("pruneAsks() removes an answer without its ask after a minute, and no sooner", () => {
  const it = asksDeps();
  const ask = createAsk(it, draft);
  answerAsk(it, ask.id, "yes", "answer");
  const path = join(it.paths.answers, "lost.json");
  writeFileSync(path, "{}");
  pruneAsks(it);
  expect(existsSync(path)).toBe(true);
  utimesSync(path, new Date(0), new Date(0));
  pruneAsks(it);
  expect(existsSync(path)).toBe(false);
  expect(readAsks(it).answered).toHaveLength(1);
});

test("pruneAsks() keeps the newest thousand archived asks", () => {
  const it = asksDeps();
  mkdirSync(it.paths.askArchive, { recursive: true });
  for (let at = 0; at < 1_010; at++) {
    const path = join(it.paths.askArchive, `a${at}.json`);
    writeFileSync(path, "{}");
    utimesSync(path, new Date(at * 1_000), new Date(at * 1_000));
  }
  pruneAsks(it);
  const left = readdirSync(it.paths.askArchive);
  expect([left.length, left.includes("a9.json"), left.includes("a10.json")]).toEqual([1_000, false, true]);
});

test("createApprovalAsk() keeps the whole move, with digests of what it would overwrite", () => {
  const it = asksDeps();
  const parked = {
    move: { action: "write_goal", id: "g", body: "b", journal: "wrote g" },
    runId: "tick-1",
    targets: { "goals/g.md": "" },
    rule: "tainted",
  } as const;
  const ask = createApprovalAsk(it, "Write the goal g?", parked);
  expect(readAsks(it).pending).toEqual([ask]);
  expect(ask).toMatchObject({ from: "looop", options: ["yes", "no"], parked });
  expect(() => answerAsk(it, ask.id, "yes", "attach")).toThrow(/by typing in a terminal: the loop asks this itself/);
  expect(answerAsk(it, ask.id, "Yes", "answer").answer.text).toBe("yes");
});
