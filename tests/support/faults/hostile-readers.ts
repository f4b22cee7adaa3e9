/** Every function of looop that reads text which somebody else may have written: what holds for one of them holds for all. */

import { goalsActedOn } from "../../../src/core/beat/fairness.ts";
import { clipCells, displayWidth } from "../../../src/core/columns.ts";
import { lineOf } from "../../../src/core/config/toml-lines.ts";
import { hasHidden, showHidden, skeleton } from "../../../src/core/confusables.ts";
import { droppedGuardrail } from "../../../src/core/gate/guardrails.ts";
import { isInert } from "../../../src/core/gate/taint.ts";
import { tripped } from "../../../src/core/gate/tripwire.ts";
import { parseSettings } from "../../../src/core/history/git-config.ts";
import { parseStatus } from "../../../src/core/history/git-status.ts";
import { parseLog, parseNote } from "../../../src/core/history/revision.ts";
import { jsonText, parseExactJson } from "../../../src/core/json.ts";
import { readLimit } from "../../../src/core/limit/usage-limit.ts";
import { parseRow } from "../../../src/core/money/call.ts";
import { modelIn, priceOf } from "../../../src/core/money/prices.ts";
import { parseMove } from "../../../src/core/move/parse-move.ts";
import { parseBrief } from "../../../src/core/offline/brief.ts";
import { foldersIn } from "../../../src/core/offline/offline-worker.ts";
import { slug } from "../../../src/core/offline/rules.ts";
import { asShown, escaped, playbookBody } from "../../../src/core/prompt/prompt.ts";
import { playbookIn, withPlaybook } from "../../../src/core/prompt/recorded-prompt.ts";
import { firstProgram } from "../../../src/core/runner/program.ts";
import { matchesPattern } from "../../../src/core/shell/command-pattern.ts";
import { pipelinesOf } from "../../../src/core/shell/parse-shell.ts";
import { argvOf } from "../../../src/core/shell/run-as-judged.ts";
import { isRootish, rawDisk } from "../../../src/core/shell/shell-paths.ts";
import { simpleCommand } from "../../../src/core/shell/simple-command.ts";
import { FinalAnswer } from "../../../src/core/stream/final-answer.ts";
import { LineSplitter } from "../../../src/core/stream/lines.ts";
import { readEvent, render } from "../../../src/core/stream/read-event.ts";
import { readExport } from "../../../src/core/telemetry/agent-export.ts";
import { bytesOf, clip, forTerminal, plain, plainLine } from "../../../src/core/text.ts";
import { intervalMs } from "../../../src/core/world/sensor.ts";
import { signalItem, wakeSignal } from "../../../src/core/world/world.ts";
import { Modes } from "../../../src/supervise/screen/modes.ts";
import { ReadableText } from "../../../src/supervise/screen/readable-text.ts";
import { isTerminalAnswer, withoutQueries } from "../../../src/supervise/screen/replay-filter.ts";
import { lastLines } from "../../../src/supervise/wire/handle-request.ts";

/** A reader by name. What it returns does not matter, only the time it takes. */
export const HOSTILE_READERS: Readonly<Record<string, (text: string) => unknown>> = {
  "tripped()": tripped,
  "pipelinesOf()": pipelinesOf,
  "simpleCommand()": simpleCommand,
  "argvOf()": (text) => argvOf(text),
  "matchesPattern() of a word": (text) => matchesPattern("cat *a*b*c*/**d*e*x", ["cat", text]),
  "matchesPattern() of a pattern": (text) => matchesPattern(`cat ${text.slice(0, 2_000)}`, ["cat", "a".repeat(200)]),
  "isRootish()": isRootish,
  "rawDisk()": rawDisk,
  "firstProgram()": firstProgram,
  "modelIn()": modelIn,
  "priceOf()": (text) => priceOf(text, { gpt: { input: 1, output: 1, cacheRead: 1, cacheWrite: 1 } }),
  "droppedGuardrail() of the new body": (text) => droppedGuardrail("## Guardrails\n\n- Ask first.\n", text),
  "droppedGuardrail() of the old one": (text) => droppedGuardrail(`## Guardrails\n\n${text}`, text),
  "isInert() of a reading": isInert,
  "isInert() of JSON": (text) => isInert(JSON.stringify({ signal: text })),
  "skeleton()": skeleton,
  "hasHidden()": hasHidden,
  "showHidden()": showHidden,
  "plain()": plain,
  "plainLine()": plainLine,
  "forTerminal()": forTerminal,
  "clip()": (text) => clip(text, 1_000),
  "clipCells()": (text) => clipCells(text, 80),
  "displayWidth()": displayWidth,
  "asShown()": asShown,
  "escaped()": escaped,
  "playbookBody()": playbookBody,
  "playbookIn()": (text) => playbookIn(`=== PLAYBOOK ===\n${text}`),
  "withPlaybook()": (text) => withPlaybook(`=== PLAYBOOK ===\n${text}`, "x"),
  "parseMove()": parseMove,
  "parseMove() of a fence": (text) => parseMove(`\`\`\`json\n${text}`),
  "parseMove() of an object": (text) => parseMove(`{"action":${text}`),
  "parseMove() of a command": (text) => parseMove(JSON.stringify({ action: "run_shell", cmd: text, journal: text })),
  "parseMove() of a script": (text) =>
    parseMove(JSON.stringify({ action: "write_sensor", name: "x", script: `#!${text}`, journal: "" })),
  "parseExactJson()": parseExactJson,
  "jsonText()": (text) => jsonText({ text }),
  "readEvent()": readEvent,
  "readEvent() of an error": (text) =>
    readEvent(JSON.stringify({ type: "error", message: text, error: { message: text } })),
  "render()": (text) => [
    render({ kind: "text", text }, false),
    render({ kind: "failed", what: text }, true),
    render({ kind: "tool", name: text, about: text }, true),
  ],
  FinalAnswer: (text) => {
    const answer = new FinalAnswer();
    const bytes = bytesOf(text);
    for (let at = 0; at < bytes.length; at += 4_096) answer.push(bytes.subarray(at, at + 4_096));
    return [answer.end(), answer.final()];
  },
  LineSplitter: (text) => {
    const splitter = new LineSplitter();
    const bytes = bytesOf(text);
    for (let at = 0; at < bytes.length; at += 64) splitter.push(bytes.subarray(at, at + 64));
    return splitter.end();
  },
  "readLimit() of words": (words) => readLimit({ words }, 1e12),
  "readLimit() of a duration": (text) => readLimit({ words: `try again in ${text}` }, 1e12),
  "readLimit() of an event": (line) => readLimit({ line, words: "limit" }, 1e12),
  "intervalMs()": intervalMs,
  "wakeSignal()": (text) => wakeSignal(bytesOf(text)),
  "signalItem()": (text) => signalItem(bytesOf(JSON.stringify({ signal: text })), (it) => `${it.length}`),
  "goalsActedOn()": (text) => goalsActedOn(["garden"], { edited: [], named: undefined, journal: text }),
  "parseStatus()": parseStatus,
  "parseSettings()": parseSettings,
  "parseLog()": parseLog,
  "parseNote()": parseNote,
  "parseRow()": parseRow,
  "foldersIn()": foldersIn,
  "parseBrief()": parseBrief,
  "parseBrief() of a section": (text) => parseBrief(`=== WHAT CHANGED ===\n${text}`),
  "slug()": slug,
  "lineOf()": (text) => lineOf(text, ["a", "b"]),
  "readExport()": (text) =>
    readExport({
      resourceLogs: [
        {
          scopeLogs: [
            {
              logRecords: [{ attributes: [{ key: text, value: { stringValue: text } }], body: { stringValue: text } }],
            },
          ],
        },
      ],
    }),
  ReadableText: (text) => {
    const readable = new ReadableText();
    const bytes = bytesOf(text);
    for (let at = 0; at < bytes.length; at += 4_096) readable.push(bytes.subarray(at, at + 4_096));
  },
  Modes: (text) => {
    const modes = new Modes();
    modes.feed(bytesOf(text));
    return [modes.restore(), modes.undo()];
  },
  "withoutQueries()": (text) => withoutQueries(bytesOf(text)),
  "isTerminalAnswer()": (text) => isTerminalAnswer(bytesOf(`\x1b[0n${text}`)),
  "lastLines()": (text) => lastLines(text, 20),
};
