import { PROMPT_FILE, type RunnerKind } from "./runner.ts";

/** looop's own written rules: they call no model, cost nothing and print no events. */
export const OFFLINE: RunnerKind = {
  name: "offline",
  commands: {
    tick: `"$LOOOP_BIN" _offline`,
    decide: `"$LOOOP_BIN" _offline --typed`,
    interactive: `"$LOOOP_BIN" _offline --work ${PROMPT_FILE}`,
  },
  events: {},
};
