/** Files that another program may have written: records of sessions, notes, asks, messages, claims, schedules, the ledger. */
import { onTestFinished } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { parseAnswer, parseAsk } from "../../src/core/mailbox/ask.ts";
import { parseMessage } from "../../src/core/mailbox/message.ts";
import { count, emptyTally, parseRow } from "../../src/core/money/call.ts";
import { isStale, parseClaim } from "../../src/core/session/claim.ts";
import { parseMeta, parseStatus } from "../../src/core/session/record.ts";
import { isFinished, keyOf, planPrune, sessionState, statusWords } from "../../src/core/session/session.ts";
import { sessionTable } from "../../src/core/session/table.ts";
import { nextChangeMs, parseSchedule, scheduleReading, scheduleWords } from "../../src/core/world/schedule.ts";
import { readSession } from "../../src/store/session/sessions.ts";
import { files } from "../../src/sys/files.ts";
import {
  actsOnTerminal,
  fuzz,
  fuzzAsync,
  hostileBytes,
  hostileJson,
  hostileText,
} from "../support/faults/count-fuzz.ts";

const NAMES = [
  "id",
  "cmd",
  "babysit_pid",
  "started_at",
  "owner",
  "cwd",
  "supervisor",
  "state",
  "child_pid",
  "exit_code",
  "last_change",
];
const MORE = [
  "v",
  "from",
  "prompt",
  "options",
  "severity",
  "ts",
  "parked",
  "text",
  "session",
  "at",
  "every",
  "note",
  "reason",
  "ended_by",
  "signal",
];
const TIMES = fc.constantFrom(
  "2026-01-01T00:00:00Z",
  "2999-01-01T00:00:00Z",
  "0000-00-00T00:00:00Z",
  "2026-02-31T25:61:61Z",
);
const STATES = fc.constantFrom("running", "exited", "killed", "starting", "paused");

/** A record with fields that exist, some of them of the right type. */
const recordLike = fc.oneof(
  fc
    .tuple(
      fc.dictionary(fc.constantFrom(...NAMES, ...MORE), fc.oneof(hostileJson, fc.integer(), TIMES, STATES)),
      fc.constantFrom({}, { v: 1 }, { id: "looop-w", cmd: ["x"], babysit_pid: 1, started_at: "2026-01-01T00:00:00Z" }),
    )
    .map(([random, valid]) => JSON.stringify({ ...random, ...valid })),
  hostileText,
  hostileJson.map((value) => JSON.stringify(value) ?? ""),
);

fuzz(
  "a session has a status in words, and is pruned only if it is ours and finished, whatever its files hold",
  fc.tuple(recordLike, recordLike, fc.boolean()),
  ([metaText, statusText, isSupervisorAlive]) => {
    const [meta, status] = [parseMeta(metaText), parseStatus(statusText)];
    const session = {
      id: "looop-w",
      state: sessionState(meta, status, isSupervisorAlive),
      isAlive: false,
      isOurs: meta?.owner === "looop",
      meta,
      status,
      note: undefined,
    };
    const plan = planPrune([session], { shown: undefined, minAgeMs: 0, nowMs: 1.8e12 });
    const isPrunable = isFinished(session) && session.isOurs;
    return statusWords(session) !== "" && keyOf(session) !== "" && (isPrunable || plan.remove.length === 0);
  },
);

fuzz("asks, answers, messages and claims are parsed or rejected, never thrown on", recordLike, (text) => {
  const ask = parseAsk("a1", text);
  const answer = parseAnswer("a1", text);
  return (
    [ask?.id ?? "a1", answer?.ask ?? "a1"].every((id) => id === "a1") &&
    [parseMessage(text), parseClaim(text)].length === 2
  );
});

fuzz("isStale() is false while the holder of a claim is alive", fc.tuple(recordLike, fc.integer()), ([text, ageMs]) => {
  const holder = parseClaim(text)?.session ?? "";
  return holder === "" || !isStale(text, ageMs, () => "alive");
});

fuzz(
  "a schedule has a JSON reading, a text, and no due time in the past",
  fc.tuple(recordLike, fc.integer({ min: 0, max: 4e12 })),
  ([text, nowMs]) => {
    const schedule = parseSchedule(text);
    const next = nextChangeMs(schedule, nowMs);
    JSON.parse(scheduleReading(schedule, nowMs));
    return (next === undefined || next > nowMs) && scheduleWords(schedule, nowMs) !== "";
  },
);

fuzz(
  "the total of a ledger is finite and not negative, whatever its lines",
  fc.array(recordLike, { maxLength: 5 }),
  (lines) => {
    const tally = emptyTally();
    for (const line of lines) {
      const row = parseRow(line);
      if (row !== undefined) count(tally, row);
    }
    return Object.values(tally).every((value) => typeof value !== "number" || (Number.isFinite(value) && value >= 0));
  },
);

fuzzAsync(
  "a session has printable lines in the table, whatever the files in its folder hold",
  fc.tuple(
    recordLike,
    recordLike,
    fc.oneof(
      hostileBytes,
      hostileText.map((text) => new TextEncoder().encode(text)),
    ),
  ),
  () => {
    const data = mkdtempSync(join(tmpdir(), "looop-fuzz-"));
    onTestFinished(() => rmSync(data, { recursive: true, force: true }));
    const folder = join(data, "sessions/looop-w");
    mkdirSync(folder, { recursive: true });
    const processes = { pid: 1, identify: () => undefined };
    const store = {
      files,
      processes,
      sessions: join(data, "sessions"),
      finished: join(data, "finished"),
      sockets: data,
    };
    return async ([meta, status, note]) => {
      writeFileSync(join(folder, "meta.json"), meta);
      writeFileSync(join(folder, "status.json"), status);
      writeFileSync(join(folder, "note"), note);
      const session = readSession(store, "looop-w");
      if (session === undefined) return false;
      const lines = sessionTable([session], { nowMs: 1.8e12, width: 200, colour: false } as never);
      return lines.every((line) => !actsOnTerminal(line) && !line.includes("\n"));
    };
  },
  10,
);
