import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import { setting } from "../../core/env.ts";
import { expected } from "../../core/error.ts";
import { parseJson } from "../../core/json.ts";
import { readHook } from "../../core/runner/built-in.ts";

export const command = defineCommand({
  args: { runner: { type: "positional", required: false, description: "the model CLI whose hook calls" } },
  run: ({ args }) => runHook(openApp(), args.runner ?? ""),
});

export const manual = {
  about:
    "Reads a hook's JSON on standard input and reports to the supervisor of this worker whether its model CLI waits for you. Prints nothing, because model CLIs read what their hooks print. It never fails the hook: the exit code is 0.",
  examples: [["looop _hook claude", "report what a hook of claude says"]],
} as const;

/** Reports to the supervisor of the session that this process belongs to. */
export async function runHook(app: App, runner: string): Promise<void> {
  const session = setting(app.env, "LOOOP_SESSION_ID");
  const report = readHook(runner, parseJson(app.input()));
  if (session === undefined || report === undefined) return;
  const [{ openClient }, { ask }, { anySessionId }] = await Promise.all([
    import("../../app/session/open-sessions.ts"),
    import("../../supervise/wire/client.ts"),
    import("../../core/names.ts"),
  ]);
  try {
    await ask(await openClient(app), anySessionId(session), { op: "hook", report });
  } catch (error) {
    expected(error); // the supervisor is gone
  }
}
