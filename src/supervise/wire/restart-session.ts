import { EXIT, LooopError } from "../../core/error.ts";
import { type Session, statusWords } from "../../core/session/session.ts";
import { readSession } from "../../store/session/sessions.ts";
import { ask, type ClientDeps } from "./client.ts";

/** The most time until the program runs again, in milliseconds: its end may take 7 s. */
const TIMEOUT_MS = 10_000;

/** The interval of looks, in milliseconds. */
const LOOK_MS = 20;

/** Ends a session's program and starts it again. Throws (exit 1, 5 or 6) when it does not run again. */
export async function restartSession(deps: ClientDeps, session: Session, name: string): Promise<void> {
  if (session.isFrozen) throw cannot("it is frozen", `Continue it with \`looop thaw ${name}\` first`);
  if (!session.isAlive) throw cannot(`it is ${statusWords(session)}`, "Start it with `looop start-session`");
  const before = session.status?.child_pid;
  await ask(deps, session.id, { op: "restart" });
  const endMs = deps.clock.monotonic() + TIMEOUT_MS;
  for (;;) {
    const now = readSession(deps.store, session.id);
    if (now?.isAlive !== true) throw cannot("it ended, and did not start again", `See \`looop log ${name}\``);
    if (now.status?.state === "running" && now.status.child_pid !== before) return;
    if (deps.clock.monotonic() > endMs)
      throw cannot("it has not ended yet", `Look at it with \`looop attach ${name}\``);
    await deps.clock.sleep(LOOK_MS);
  }

  function cannot(state: string, hint: string): LooopError {
    return new LooopError({ message: `Cannot restart ${name}: ${state}`, hint, exit: EXIT.failed });
  }
}
