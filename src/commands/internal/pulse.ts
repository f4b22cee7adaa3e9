import { defineCommand } from "citty";
import { openApp } from "../../app/open.ts";
import { runPulse } from "../run.ts";

export const command = defineCommand({ run: () => runPulse(openApp()) });

export const manual = {
  about: "What `looop up` runs in a session of its own; `looop run` is the same in your terminal.",
  examples: [["looop up", "start it detached"]],
} as const;
