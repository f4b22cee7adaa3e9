import { MAX_CALL_USD } from "../money/call.ts";
import type { EventReaders } from "../stream/event.ts";
import {
  amount,
  count,
  failed,
  fatalEvent,
  get,
  idIn,
  joinText,
  nonEmptyString,
  textEvent,
  tool,
} from "../stream/fields.ts";
import { PROMPT, type RunnerKind } from "./runner.ts";

/** A title given here saves it a call; only its log says what is wrong while it tries again and again. */
const TITLE_AND_LOG = "--title looop --print-logs --log-level ERROR";

/** Its own agent for planning may still run commands, so this defines one without any tool. */
const DECIDE =
  'OPENCODE_DISABLE_CLAUDE_CODE=1 OPENCODE_DISABLE_PROJECT_CONFIG=1 OPENCODE_CONFIG_CONTENT=\'{"agent":{"looop":{"mode":"primary","tools":{"*":false},"permission":{"*":"deny"}}}}\' opencode run';

/** The events of `opencode run --format json`. */
const EVENTS: EventReaders = {
  text: ({ part }) => ({ progress: textEvent(joinText([part])), answer: nonEmptyString(joinText([part])) }),
  tool_use: ({ part }) => ({
    progress: [
      tool(get(part, "tool"), get(part, "state", "input")),
      ...(get(part, "state", "status") === "error" ? [failed(get(part, "tool"))] : []),
    ],
  }),
  step_finish: ({ part }) => ({
    progress: [],
    usage: {
      costUsd: amount(get(part, "cost"), MAX_CALL_USD),
      input: count(get(part, "tokens", "input")),
      output: count(get(part, "tokens", "output")) + count(get(part, "tokens", "reasoning")),
      cacheRead: count(get(part, "tokens", "cache", "read")),
      cacheWrite: count(get(part, "tokens", "cache", "write")),
      id: idIn(get(part, "id")),
    },
  }),
  error: ({ error }) => ({ progress: [fatalEvent(get(error, "data", "message") ?? get(error, "name"))] }),
};

export const OPENCODE: RunnerKind = {
  name: "opencode",
  commands: {
    tick: `opencode run --format json --auto ${TITLE_AND_LOG}`,
    decide: `${DECIDE} --pure --format json --agent looop ${TITLE_AND_LOG}`,
    interactive: `opencode --auto --prompt ${PROMPT}`,
    resume: "opencode --session",
  },
  install: "npm install -g opencode-ai",
  login: {
    errors: /\b401\b|incorrect api key|invalid x-api-key|no api key|token (?:has )?expired/i,
    command: "opencode auth login",
  },
  readsFiles: true,
  events: EVENTS,
};
