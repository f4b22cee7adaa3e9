import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { openSessions } from "../app/session/open-sessions.ts";
import { TopReader } from "../app/top/read-top.ts";
import { showTop } from "../app/top/top.ts";
import { runAttach } from "./attach.ts";
import { runStatus } from "./status.ts";

export const command = defineCommand({ run: () => runTop(openApp()) });

export const manual = {
  about: [
    "One screen: what needs you, the workers, the last beats, and the money. Enter goes to a worker's terminal and detaching comes",
    "back; Space looks; 1 to 9, y and n answer; `?` lists all keys, each with the command that does the same. Leaving it stops",
    "nothing. Without a terminal it prints `looop status` once.",
  ].join("\n"),
  examples: [["looop top", "watch and steer everything on one screen"]],
} as const;

/** Shows the screen; without a terminal prints the status. */
export async function runTop(app: App): Promise<void> {
  if (!app.output.isTerminal || !(await app.terminal()).isThere) return runStatus(app, false);
  const reader = new TopReader(app, await openSessions(app));
  await showTop(app, {
    read: () => reader.read(),
    loadAll: () => reader.loadAll(),
    attach: (id) => runAttach(app, id, false),
  });
}
