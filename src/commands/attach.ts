import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { complain } from "../app/output.ts";
import { requirePersonToType } from "../app/person.ts";
import { attachTarget } from "../app/session/attach-target.ts";
import { openClient } from "../app/session/open-sessions.ts";
import { setting } from "../core/env.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { endedItself, type Session, statusWords } from "../core/session/session.ts";
import { signalNumber } from "../core/signal.ts";
import { bytesOf } from "../core/text.ts";
import { commandPrefix } from "../store/paths.ts";
import { shortId } from "../store/session/find-session.ts";
import { findSession, readSession } from "../store/session/sessions.ts";
import { type AttachEnd, attach } from "../supervise/attach/attach.ts";
import { probeSession } from "../supervise/probe.ts";
import { takePicture } from "../supervise/screen/screenshot.ts";
import { sessionScreen } from "../supervise/screen/session-screen.ts";
import { type ClientDeps, reach } from "../supervise/wire/client.ts";

export const command = defineCommand({
  args: {
    id: { type: "positional", required: true, description: "the session, short or full" },
    "read-only": { type: "boolean", description: "only look: no key reaches the program, and its size stays" },
  },
  run: ({ args }) => runAttach(openApp(), args.id, args["read-only"] === true),
});

export const manual = {
  about: [
    "Puts this terminal on a session: keys go to its program, Ctrl-C and Ctrl-Z too. Ctrl-\\ twice (or what",
    "`[attach] detach` in the settings says) detaches, and the program continues. The program has the size of the terminal",
    "that was typed in last. With --read-only you see it as it is, and nothing that you type reaches it.",
    "Exit code: 0 after detaching, the program's own when it has ended (130 when it was killed), 1 when the supervisor is gone.",
    "An error before that has looop's exit codes, and a line `looop: ...` on stderr. It needs a terminal; scripts use `send`,",
    "`log` and `screenshot`. After kill -9, `stty sane` repairs the terminal.",
  ].join("\n"),
  examples: [
    ["looop attach fix-login", "work in the terminal of the worker fix-login"],
    ["looop attach fix-login --read-only", "look over its shoulder"],
  ],
} as const;

/** Puts this terminal on a session and returns the exit code. */
export async function runAttach(app: App, typed: string, isReadOnly: boolean): Promise<number> {
  const deps = await openClient(app);
  const session = await probeSession(deps, findSession(deps.store, typed));
  refuseItself(app, session);
  if (!session.isAlive) return showLast(app, deps, session);
  if (!isReadOnly) requirePersonToType(app, session);
  const terminal = await app.terminal();
  if (!terminal.isThere) throw noTerminal(session);
  const end = await attach(
    { clock: app.clock, terminal, connect: () => reach(deps, session.id) },
    await attachTarget(app, session, isReadOnly),
  );
  if (end.kind === "signal") terminal.die(end.signal);
  return reportEnd(app, deps, session, end);
}

/** Prints how it ended where that disturbs no screen, and returns the exit code. */
function reportEnd(app: App, { store }: ClientDeps, session: Session, end: AttachEnd): number {
  const id = shortId(session.id);
  const again = `${commandPrefix(app.paths())}looop attach ${id}`;
  switch (end.kind) {
    case "detached":
      complain(`[detached from ${id}${end.by === "key" ? "" : ", as was asked from elsewhere"}: ${again}]`);
      return EXIT.ok;
    case "ended":
      return reportOver(id, readSession(store, session.id) ?? session, end.exit.code);
    case "signal":
      return 128 + signalNumber(end.signal);
    case "lost":
      return reportOver(id, readSession(store, session.id) ?? session);
  }
}

/** Prints the last screen of a finished session and returns its exit code. Needs no terminal. */
async function showLast({ output }: App, deps: ClientDeps, session: Session): Promise<number> {
  const screen = await sessionScreen(deps, session);
  const format = output.colour ? "ansi" : "plain";
  const { text = "" } = takePicture(screen, format, true);
  if (text !== "" && format === "ansi") output.raw(bytesOf(`${text}\n`));
  else if (text !== "") output.data(text);
  return reportOver(shortId(session.id), session);
}

/** Prints how a session ended and returns its exit code. 0 when it ended itself, as workers do when they are done. */
function reportOver(id: string, session: Session, code = session.status?.exit_code): number {
  if (code == null && session.state !== "exited" && session.state !== "killed") throw supervisorGone(id);
  complain(`[${id}: ${statusWords(session)}]`);
  return endedItself(session) ? EXIT.ok : (code ?? (session.state === "killed" ? EXIT.interrupted : EXIT.ok)) & 0xff;
}

/** The screen would show itself inside itself, without end. */
function refuseItself({ env }: App, { id }: Session): void {
  if (setting(env, "LOOOP_SESSION_ID") !== id && setting(env, "BABYSIT_SESSION_ID") !== id) return;
  throw new LooopError({
    message: `Cannot attach to ${shortId(id)}: this is its own terminal`,
    hint: "Attach from another terminal; `looop ls` shows the other sessions",
    exit: EXIT.usage,
  });
}

function noTerminal({ id }: Session): LooopError {
  const it = shortId(id);
  return new LooopError({
    message: `Cannot attach to ${it}: stdin and stdout are not a terminal`,
    hint: `Use \`looop send ${it} TEXT\` to type, \`looop screenshot ${it}\` or \`looop log ${it} --follow\` to look`,
    exit: EXIT.usage,
  });
}

function supervisorGone(id: string): LooopError {
  return new LooopError({
    message: `Cannot attach to ${id}: its supervisor is gone, and its exit code is unknown`,
    hint: `\`looop log ${id}\` shows what it printed, \`looop kill ${id}\` ends what is left of it`,
    exit: EXIT.failed,
  });
}
