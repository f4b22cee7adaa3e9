/** What others do to a session's sockets, and what a socket that lies does to looop's verbs. */
import { describe, expect, onTestFinished, test } from "bun:test";
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { dirname, join } from "node:path";
import process from "node:process";
import { start } from "../../support/program/looop.ts";
import { profile } from "../../support/program/profile.ts";
import { run } from "../../support/program/run.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { writeRecord } from "../../support/session/foreign-sessions.ts";
import { attach, dial, fnv, frame, request, sessionRaw } from "../../support/session/raw-session.ts";
import { fleetProfile } from "../../support/session/workers.ts";

const CAT = ["sh", "-c", "stty raw -echo; printf ready; exec cat"];

/** Resident memory of a process, in bytes. Linux. */
function residentBytes(pid: number | undefined): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1_024;
}

describe("a session", () => {
  test("survives a thousand idle connections, and still lets a person attach", async () => {
    const session = await sessionRaw(profile(), CAT);
    await waitFor("its program", () => session.log().includes("ready"));

    const idle = [];
    for (let round = 0; round < 10; round++) {
      idle.push(
        ...(await Promise.all(Array.from({ length: 100 }, () => dial(session.sockets.far).catch(() => undefined)))),
      );
    }
    // A listener that is just full refuses for a moment; a client of ours tries for a second.
    const person = await waitFor("a connection", () => attach(session.sockets.far, 80, 24));
    person.write(frame(1, "typed"));

    await waitFor("the echo", () => person.output().includes("typed"));
    expect(idle.length).toBe(1_000);
    expect((await request(session.sockets.far, { op: "status" })).ok).toBe(true);
    await waitFor("the surplus to go", () => readdirSync(`/proc/${session.supervisor.pid}/fd`).length < 200);
    expect(residentBytes(session.supervisor.pid)).toBeLessThan(150 * 1_048_576);
  }, 60_000);

  test("drops a client that sends its hello byte by byte for longer than ten seconds", async () => {
    const session = await sessionRaw(profile(), CAT);
    const slow = await dial(session.sockets.far);
    const drip = setInterval(() => slow.write("x"), 100);
    onTestFinished(() => clearInterval(drip));

    await waitFor("the close", slow.isClosed, 20_000);

    expect((await request(session.sockets.far, { op: "status" })).ok).toBe(true);
  }, 40_000);

  test("reserves no memory for frames that announce four gigabytes or never end", async () => {
    const session = await sessionRaw(profile(), CAT);
    const before = residentBytes(session.supervisor.pid);
    for (const bytes of [0xffffffff, 0x7fffffff, 0x10000000]) {
      const huge = await attach(session.sockets.far, 80, 24);
      const header = Buffer.alloc(5);
      header.writeUInt8(1);
      header.writeUInt32BE(bytes, 1);
      huge.write(header);
      huge.write(Buffer.alloc(65_536));
      await waitFor("the close", huge.isClosed);
    }
    const half = await attach(session.sockets.far, 80, 24);
    half.write(Uint8Array.of(1, 0, 0, 255, 255, 120));

    expect((await request(session.sockets.far, { op: "status" })).ok).toBe(true);
    expect(residentBytes(session.supervisor.pid) - before).toBeLessThan(32 * 1_048_576);
  });

  const planted: [what: string, plant: (path: string) => void][] = [
    ["a file", (path) => writeFileSync(path, "precious")],
    ["a folder", (path) => void mkdirSync(path)],
    ["a FIFO", (path) => void run(["mkfifo", path], { env: {}, cwd: "/" })],
  ];
  test.each(planted)(
    "starts a session though %s is in its socket's place, and leaves that alone",
    async (_what, plant) => {
      const me = profile();
      const path = join(me.home, ".babysit-sockets", fnv(me.data), fnv("looop-raw"));
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      plant(path);
      const kind = lstatSync(path).mode;

      const outcome = await sessionRaw(me, CAT).catch((error: Error) => error.message);

      // One of the two paths is enough; what lies on the other is not ours.
      if (typeof outcome === "string") expect(outcome).toMatch(/not a socket/);
      else expect(existsSync(outcome.sockets.near)).toBe(true);
      expect(lstatSync(path).mode).toBe(kind);
    },
  );
});

describe("a socket that lies", () => {
  const lies: [what: string, say: (socket: Socket) => void][] = [
    ["says nothing", () => {}],
    ["closes at once", (socket) => void socket.end()],
    ["answers no JSON", (socket) => void socket.end("\x1b]0;pwned\x07what\n")],
    ["answers another shape", (socket) => void socket.end('{"ok":true,"data":[1,2,{"bytes":"\u009b31m"}]}\n')],
    [
      "answers ok false with an escape",
      (socket) => void socket.end('{"ok":false,"error":"\\u001b]0;pwned\\u0007no"}\n'),
    ],
    ["answers without end", (socket) => flood(socket)],
  ];
  const verbs = ["send evil x", "kill evil", "screenshot evil", "log evil", "ls", "down --workers", "doctor"];
  test.each(lies)(
    "a socket that lies and %s delays no verb, fills no memory, and writes no control character to the terminal",
    async (_what, say) => {
      const me = fleetProfile();
      writeRecord(me, "evil", { babysit_pid: process.pid, started_at: "2026-01-01T00:00:00Z" });
      me.write("sessions/evil/output.log", "words\n");
      const server = createServer((socket) => {
        socket.on("error", () => {});
        say(socket);
      }).listen(join(me.data, "sessions/evil/control.sock"));
      onTestFinished(() => void server.close());
      const taken: Socket[] = [];
      server.on("connection", (socket) => taken.push(socket));

      for (const line of verbs) {
        const verb = start(line.split(" "), { profile: me });
        const { exit, stdout, stderr } = await verb.ended({ exit: expect.any(Number), stdout: /^/, stderr: /^/ });
        expect([line, exit === 0 || exit === 1]).toEqual([line, true]);
        expect([line, `${stdout}${stderr}`]).toEqual([line, expect.not.stringMatching(/\n +at |[\x07\x1b\x80-\x9f]/)]);
      }
      // What the kernel and the server hold counts too.
      expect(Math.max(0, ...taken.map(({ bytesWritten }) => bytesWritten))).toBeLessThan(96 * 1_048_576);
    },
    120_000,
  );
});

function flood(socket: Socket): void {
  const more = () => {
    while (socket.writable && socket.write("x".repeat(65_536)));
  };
  socket.on("drain", more);
  more();
}
