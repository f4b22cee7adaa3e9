/**
 * An attach client seen from both sides, byte by byte: its terminal is a PTY of another session, whose log holds all that
 * was written to it; its supervisor is, in the second half, one that looop did not write.
 */
import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { Modes } from "../../../src/supervise/screen/modes.ts";
import type { Profile } from "../../support/program/profile.ts";
import { PROGRAM } from "../../support/program/program.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import {
  attach,
  frame,
  type RawClient,
  type RawSession,
  request,
  sessionRaw,
} from "../../support/session/raw-session.ts";
import { fleetProfile } from "../../support/session/workers.ts";

interface Client {
  readonly session: RawSession;
  type(bytes: string | Uint8Array): void;
  /** Everything written to its terminal, as Latin-1. */
  written(): string;
  shows(text: string): Promise<void>;
  ended(): Promise<number>;
}

let serial = 0;

/** A client of `id` on a PTY of its own. */
async function client(me: Profile, id: string): Promise<Client> {
  serial += 1;
  const session = await sessionRaw(me, [...PROGRAM, "attach", id], { id: `outer-${serial}` });
  // Without a size of its own, so that it leaves the terminal's alone.
  const keyboard: RawClient = await attach(session.sockets.near, 0, 0);
  const written = () => session.log().toString("latin1");
  return {
    session,
    written,
    type: (bytes) => keyboard.write(frame(1, bytes)),
    shows: async (text) => {
      await waitFor(`the client to show ${text}, which wrote ${JSON.stringify(written())}`, () =>
        written().includes(text),
      );
    },
    ended: () => waitFor("the client's end", () => endOf(session)),
  };
}

function endOf(session: RawSession): number | undefined {
  const { state, exit_code } = session.json("status.json");
  return state === "exited" ? exit_code : undefined;
}

/** What brings a fresh terminal to where `written` leaves one: nothing, when all was undone. */
function leftoverOf(written: string): string {
  const modes = new Modes();
  modes.feed(Buffer.from(written, "latin1"));
  return modes.restore();
}

describe("attach undoes, and sets again when it comes back,", () => {
  const modes: [title: string, set: string][] = [
    ["the alternate screen, a hidden cursor and a scroll region", "\x1b[?1049h\x1b[?25l\x1b[3;9r"],
    ["every mouse mode", "\x1b[?1000h\x1b[?1002h\x1b[?1003h\x1b[?1005h\x1b[?1006h\x1b[?1015h\x1b[?1016h"],
    ["focus notices and bracketed paste", "\x1b[?1004h\x1b[?2004h"],
    ["keyboard levels and modifyOtherKeys", "\x1b[>1u\x1b[>5u\x1b[>4;2m"],
    ["application cursor keys and keypad", "\x1b[?1h\x1b="],
    ["the cursor's shape, insert mode, wrapping and the character set", "\x1b[5 q\x1b[4h\x1b[?7l\x1b(0"],
  ];
  for (const [title, set] of modes) {
    test(title, async () => {
      const me = fleetProfile();
      const script = `stty raw -echo; printf 'ready${set.replaceAll("\x1b", "\\033")}ready'; exec cat`;
      await sessionRaw(me, ["sh", "-c", script], { id: "looop-inner" });
      const first = await client(me, "inner");
      await first.shows("ready");
      const inside = await waitFor("the modes", () => leftoverOf(first.written()));
      first.type("\x1c\x1c");
      expect(await first.ended()).toBe(0);
      expect(leftoverOf(first.written())).toBe("");
      const second = await client(me, "inner");
      await second.shows("ready");
      await waitFor("the modes", () => leftoverOf(second.written()) === inside);
      second.session.supervisor.kill("SIGKILL");
    });
  }
});

describe("attach", () => {
  test("passes every byte both ways, NUL and invalid UTF-8 included", async () => {
    const me = fleetProfile();
    await sessionRaw(me, ["sh", "-c", "stty raw -echo; printf ready; exec cat"], { id: "looop-inner" });
    const it = await client(me, "inner");
    await it.shows("ready");
    const all = Uint8Array.from({ length: 256 }, (_, at) => at);
    const sent = Buffer.concat([all.subarray(0, 0x1b), all.subarray(0x1d), Buffer.from("end")]);
    it.type(sent);
    await it.shows("end");
    expect(it.written()).toContain(sent.toString("latin1"));
  });

  test("replays no terminal query and no bell from the backlog", async () => {
    const me = fleetProfile();
    const asks = "\\033[c\\033[6n\\033]11;?\\007\\033]52;c;?\\007\\033[?u\\007\\033[?2026h";
    await sessionRaw(me, ["sh", "-c", `printf '${asks}ready'; exec cat`], { id: "looop-inner" });
    const it = await client(me, "inner");
    await it.shows("ready");
    for (const asked of ["\x1b[c", "\x1b[6n", "\x1b]11;?", "\x1b]52", "\x1b[?u", "\x07", "\x1b[?2026h"]) {
      expect(it.written()).not.toContain(asked);
    }
  });

  test("shows all that a program prints before it ends", async () => {
    const me = fleetProfile();
    for (let round = 0; round < 5; round++) {
      await sessionRaw(me, ["bash", "-c", "printf ready; read -r; seq 2000; exit 9"], { id: `looop-short${round}` });
      const it = await client(me, `short${round}`);
      await it.shows("ready");
      it.type("\n");
      expect(await it.ended()).toBe(9);
      expect(it.written().replaceAll("\r", "")).toContain(
        `${Array.from({ length: 2000 }, (_, at) => at + 1).join("\n")}\n`,
      );
    }
  });

  test("does not slow the session while it is stopped, and repaints when it continues", async () => {
    const me = fleetProfile();
    const inner = await sessionRaw(me, ["bash", "-c", "printf ready; read -r; seq 400000; echo over; exec cat"], {
      id: "looop-inner",
    });
    const [slow, quick] = [await client(me, "inner"), await client(me, "inner")];
    await slow.shows("ready");
    await quick.shows("ready");
    const pid = slow.session.json("status.json").child_pid;
    process.kill(pid, "SIGSTOP");
    quick.type("\n");
    await quick.shows("over");
    expect(inner.log().toString()).toContain("over");
    process.kill(pid, "SIGCONT");
    await slow.shows("over");
    quick.type("again\n");
    await slow.shows("again");
  });

  test("says so when the session detaches it, and restores the terminal", async () => {
    const me = fleetProfile();
    const inner = await sessionRaw(me, ["sh", "-c", "printf '\\033[?1049hready'; exec cat"], { id: "looop-inner" });
    const it = await client(me, "inner");
    await it.shows("ready");
    await request(inner.sockets.near, { op: "detach" });
    expect(await it.ended()).toBe(0);
    expect(it.written()).toContain("[detached from inner, as was asked from elsewhere: ");
    expect(leftoverOf(it.written())).toBe("");
  });
});

/** A supervisor as babysit's are: one process, silent, that throws away what comes with the first line. */
async function foreign(
  me: Profile,
  id: string,
  onConnection: (socket: Socket, chunks: string[]) => void,
): Promise<Server> {
  const folder = join(me.data, "sessions", id);
  mkdirSync(folder, { recursive: true });
  const now = new Date().toISOString();
  const meta = { id, cmd: ["cat"], babysit_pid: process.pid, started_at: now };
  writeFileSync(join(folder, "meta.json"), JSON.stringify(meta));
  const status = { state: "running", child_pid: process.pid, exit_code: null, last_change: now };
  writeFileSync(join(folder, "status.json"), JSON.stringify(status));
  const server = createServer((socket) => {
    const chunks: string[] = [];
    socket.on("data", (chunk) => chunks.push(chunk.toString("latin1")));
    onConnection(socket, chunks);
  });
  await new Promise<void>((done) => server.listen(join(folder, "control.sock"), done));
  return server;
}

describe("attach to a session of another program", () => {
  test("sends what is typed though the session prints nothing", async () => {
    const me = fleetProfile();
    let chunks: string[] = [];
    const server = await foreign(me, "other", (_socket, received) => {
      chunks = received;
    });
    const it = await client(me, "other");
    it.type("typed");
    await waitFor("the input", () => chunks.join("").includes("typed"));
    server.close();
    const hello = '{"op":"attach","cols":80,"rows":24,"protocol":1}\n';
    expect(chunks.join("")).toBe(`${hello}${frame(1, "typed").toString("latin1")}`);
  });

  test("takes the frames of later versions, and skips unknown ones", async () => {
    const me = fleetProfile();
    const offset = Buffer.alloc(8);
    const server = await foreign(me, "other", (socket) => {
      socket.write(frame(5, ""));
      socket.write(frame(4, Buffer.concat([offset, Buffer.from("first ")])));
      socket.write(frame(99, "unknown"));
      socket.write(frame(4, Buffer.concat([offset, Buffer.from("second")])));
      socket.write(frame(2, Uint8Array.of(0, 0, 0, 0, 6)));
      socket.end();
    });
    const it = await client(me, "other");
    expect(await it.ended()).toBe(6);
    server.close();
    expect(it.written()).toContain("first ");
    expect(it.written()).toContain("second");
    expect(it.written()).not.toContain("unknown");
  });

  test("ends with an error on an invalid frame, and restores the terminal", async () => {
    const me = fleetProfile();
    const server = await foreign(me, "other", (socket) => {
      socket.write(frame(1, "\x1b[?1049hpicture"));
      socket.write(Uint8Array.of(1, 0xff, 0xff, 0xff, 0xff));
    });
    const it = await client(me, "other");
    expect(await it.ended()).toBe(1);
    server.close();
    expect(leftoverOf(it.written())).toBe("");
  });
});
