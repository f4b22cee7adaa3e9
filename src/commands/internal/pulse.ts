import { defineCommand } from "citty";
import { openApp } from "../../app/open.ts";
import { runPulse } from "../run.ts";

export const command = defineCommand({ run: () => runPulse(openApp()) });

export const manual = {
  about: "`looop up` runs this in a session; `looop run` does the same in your terminal.",
  examples: [["looop up", "start it in the background"]],
} as const;
