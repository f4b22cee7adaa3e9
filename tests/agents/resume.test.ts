/** The command of each runner that resumes a real agent's session. */
import { describe, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BUILT_IN } from "../../src/core/runner/built-in.ts";
import { CLIS } from "../support/model/agent-clis.ts";
import { world } from "../support/model/agent-world.ts";
import { waitFor } from "../support/program/wait-for.ts";
import { pane } from "../support/session/tmux.ts";

/** The time limit of a program's first screen, in milliseconds. */
const PATIENT_MS = 60_000;

/** Finds the session's id in each agent's stream. */
const ID = /"(?:session_id|thread_id|sessionID)":"([^"]+)"|"type":"session","version":\d+,"id":"([^"]+)"/;

describe.each(CLIS.map((cli) => [cli.name, cli] as const))("%s", (name, cli) => {
  test("resumes a session and shows what was said in it", async () => {
    const { me, looop } = await world(cli, { scenario: "decide", mode: "agent" });
    me.config(
      `default = "${name}"\n[runners.${name}]\ntick = ${JSON.stringify(`${BUILT_IN[name]?.tick} | tee ~/stream`)}\n`,
    );
    await looop(["tick"]);
    const [, one, other] = ID.exec(readFileSync(join(me.home, "stream"), "utf8")) ?? [];

    const at = await pane(me, 120, 40);
    at.run(`cd '${me.data}' && ${BUILT_IN[name]?.resume} ${one ?? other}`);

    await waitFor(
      "the answer of then on the screen",
      () => {
        const shown = at.text();
        // Here a person is there to say so.
        if (shown.includes("Yes, I trust this folder")) at.keys("Enter");
        return shown.includes("The goal docs is up to date.");
      },
      PATIENT_MS,
    );
  });
});
