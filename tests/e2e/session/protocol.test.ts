/** The wire format and the files, byte by byte, as babysit 0.10 to 0.13 know them. */
import { describe, expect, test } from "bun:test";
import { existsSync, lstatSync } from "node:fs";
import process from "node:process";
import { profile } from "../../support/program/profile.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { attach, dial, fnv, frame, request, sessionRaw, superviseRaw } from "../../support/session/raw-session.ts";

const CAT = ["sh", "-c", "stty raw -echo; printf ready; exec cat"];
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

describe("files", () => {
  test("meta.json and status.json begin with babysit's fields in babysit's order", async () => {
    const session = await sessionRaw(profile(), CAT);
    const meta = session.json("meta.json");
    expect(Object.keys(meta).slice(0, 4)).toEqual(["id", "cmd", "babysit_pid", "started_at"]);
    expect(meta).toMatchObject({ id: "looop-raw", cmd: CAT, babysit_pid: session.supervisor.pid, owner: "looop" });
    expect(meta.started_at).toMatch(RFC_3339);
    const status = session.json("status.json");
    expect(Object.keys(status).slice(0, 4)).toEqual(["state", "child_pid", "exit_code", "last_change"]);
    expect(status).toMatchObject({ state: "running", exit_code: null, size: { cols: 80, rows: 24 } });
    expect(status.last_change).toMatch(RFC_3339);
    expect(() => process.kill(status.child_pid, 0)).not.toThrow();
  });

  test("folders are 0700, files and sockets 0600, whatever the umask", async () => {
    const session = await sessionRaw(profile(), CAT);
    const mode = (path: string) => lstatSync(path).mode & 0o777;
    expect(mode(session.folder)).toBe(0o700);
    const names = ["meta.json", "status.json", "output.log", "control.sock"];
    for (const name of names) expect([name, mode(`${session.folder}/${name}`)]).toEqual([name, 0o600]);
    expect(mode(session.sockets.far)).toBe(0o600);
  });

  test("a program's end is recorded as exited with its code, then the sockets are removed", async () => {
    const session = superviseRaw(profile(), ["sh", "-c", "printf bye; exit 7"]);
    await waitFor("the supervisor's end", () => session.supervisor.exitCode !== null);
    expect(session.json("status.json")).toMatchObject({
      state: "exited",
      child_pid: null,
      exit_code: 7,
      ended_by: "exit",
      left_over: false,
    });
    expect(session.log().toString()).toBe("bye");
    expect([session.sockets.near, session.sockets.far].filter((path) => existsSync(path))).toEqual([]);
  });

  test("a socket is named by FNV-1a of root and id", () => {
    expect(["", "a", "ci", "x".repeat(64), "/srv/bs", "/srv/bs/"].map(fnv)).toEqual([
      "cbf29ce484222325",
      "af63dc4c8601ec8c",
      "08a25707b54a2461",
      "b96a5acbb56db825",
      "14afc75d68f53a7b",
      "1bea17b958b21cbc",
    ]);
  });
});

describe("one-shot requests", () => {
  test("status is answered on both sockets", async () => {
    const session = await sessionRaw(profile(), CAT);
    await waitFor("the program", () => session.log().toString() === "ready");
    for (const path of Object.values(session.sockets)) {
      const { ok, data, ...rest } = await request(path, { op: "status" });
      expect([ok, rest]).toEqual([true, {}]);
      expect(data).toMatchObject({ state: "running", exit_code: null, output_bytes: 5, screen_seq: 1 });
      expect(Object.keys(data)).toEqual(Object.keys(data).toSorted());
    }
  });

  test("log answers plain text by default, raw bytes, and the last lines", async () => {
    const session = await sessionRaw(profile(), ["sh", "-c", String.raw`printf '\033[31mone\033[0m\ntwo\n'; exec cat`]);
    await waitFor("the program", () => session.log().length > 10);
    const text = async (more: object) => (await request(session.sockets.far, { op: "log", ...more })).data.text;
    expect(await text({})).toBe("one\ntwo\n");
    expect(await text({ raw: true })).toBe("\x1b[31mone\x1b[0m\r\ntwo\r\n");
    expect([await text({ tail: 1 }), await text({ tail: 0 }), await text({ tail: null })]).toEqual([
      "two\n",
      "",
      "one\ntwo\n",
    ]);
  });

  test("send ends with LF by default, and answers with the log's size before", async () => {
    const session = await sessionRaw(profile(), CAT);
    await waitFor("the program", () => session.log().toString() === "ready");
    const sent = await request(session.sockets.far, { op: "send", text: "hé" });
    expect(sent).toEqual({ ok: true, data: { offset: 5, sent: 4 } });
    await request(session.sockets.far, { op: "send", text: "x", newline: false });
    await waitFor("the echo", () => session.log().toString() === "readyhé\nx");
  });

  test("resize answers with both sizes; zero changes nothing", async () => {
    const session = await sessionRaw(profile(), ["sh", "-c", "while read x; do stty size; done"]);
    const resize = (cols: number, rows: number) => request(session.sockets.far, { op: "resize", cols, rows });
    expect(await resize(100, 40)).toEqual({ ok: true, data: { cols: 100, rows: 40 } });
    expect(await resize(0, 0)).toEqual({ ok: true, data: { cols: 0, rows: 0 } });
    await request(session.sockets.far, { op: "send", text: "" });
    await waitFor("the size", () => session.log().toString().includes("40 100"));
  });

  test("kill answers after the tree is gone, and says how", async () => {
    const session = await sessionRaw(profile(), ["sh", "-c", "sleep 600 & sleep 600"]);
    const child = session.json("status.json").child_pid;
    expect(await request(session.sockets.far, { op: "kill" })).toEqual({
      ok: true,
      data: { confirmed: true, escalated: false, exit_code: null, killed: true, state: "killed" },
    });
    // Zombies of the group wait for whoever reaps orphans here.
    await waitFor("the group's end", () => isGone(-child));
    const status = session.json("status.json");
    expect(status).toMatchObject({ state: "killed", child_pid: null, ended_by: "person", signal: "SIGHUP" });
  });

  test("detach makes every client leave; the program goes on", async () => {
    const session = await sessionRaw(profile(), CAT);
    const clients = [await attach(session.sockets.far, 0, 0), await attach(session.sockets.near, 0, 0)];
    for (const client of clients) await waitFor("the picture", () => client.output().toString() === "ready");
    expect(await request(session.sockets.far, { op: "detach" })).toEqual({ ok: true, data: { detached: true } });
    for (const client of clients) {
      await waitFor("the client's end", client.isClosed);
      expect(client.frames().at(-1)).toEqual({ tag: 3, payload: Buffer.alloc(0) });
    }
    expect(session.json("status.json").state).toBe("running");
  });

  test("restart is queued at once, then a new process runs on the same log", async () => {
    const session = await sessionRaw(profile(), ["sh", "-c", "echo $$; exec sleep 600"]);
    const before = session.json("status.json").child_pid;
    await waitFor("the first pid", () => session.log().toString() === `${before}\r\n`);
    const watcher = await attach(session.sockets.far, 0, 0);
    expect(await request(session.sockets.far, { op: "restart" })).toEqual({ ok: true, data: { restart: "queued" } });
    const after = await waitFor("another child", () => {
      const { state, child_pid } = session.json("status.json");
      return state === "running" && child_pid !== before && child_pid;
    });
    await waitFor("the second pid", () => session.log().toString() === `${before}\r\n${after}\r\n`);
    await waitFor("the watcher", () => watcher.output().toString() === `${before}\r\n${after}\r\n`);
    expect(watcher.isClosed()).toBe(false);
  });

  const invalid: [title: string, line: string][] = [
    ["no JSON", "nonsense"],
    ["another type", "[]"],
    ["no op", "{}"],
    ["an unknown op", '{"op":"fly"}'],
    ["a missing member", '{"op":"resize","cols":80}'],
    ["past 16 bits", '{"op":"resize","cols":70000,"rows":1}'],
    ["a negative size", '{"op":"attach","cols":-1,"rows":1}'],
    ["a wrong type", '{"op":"send","text":5}'],
    ["an unknown format", '{"op":"screenshot","format":"png"}'],
  ];
  test("an invalid request is answered with a reason, and changes nothing", async () => {
    const session = await sessionRaw(profile(), CAT);
    for (const [title, line] of invalid) {
      const { ok, error, data } = await request(session.sockets.far, line);
      expect([title, ok, data]).toEqual([title, false, null]);
      expect(error).toStartWith("invalid request: ");
    }
    // Not UTF-8, or no line at all: closed without a word.
    for (const bytes of [Uint8Array.of(0x7b, 0xff, 0x0a), new Uint8Array(0)]) {
      const client = await dial(session.sockets.far);
      client.write(bytes);
      if (bytes.length === 0) client.socket.end();
      await waitFor("the close", client.isClosed);
      expect(client.received().length).toBe(0);
    }
    expect((await request(session.sockets.far, { op: "status", extra: { of: "the future" } })).ok).toBe(true);
  });
});

describe("the attach stream", () => {
  test("attach streams the backlog as one frame, then input and output unchanged, then the exit code", async () => {
    const session = await sessionRaw(profile(), [
      "sh",
      "-c",
      "stty raw -echo; printf ready; head -c 256 | od -An -v -tx1 | tr -d ' \\n'; exit 9",
    ]);
    await waitFor("the program", () => session.log().toString() === "ready");
    const client = await attach(session.sockets.far, 0, 0);
    await waitFor("the backlog", () => client.received().length === 10);
    expect(client.received()).toEqual(Buffer.from("\x01\0\0\0\x05ready"));
    const all = Uint8Array.from({ length: 256 }, (_, value) => value);
    client.write(frame(1, all));
    await waitFor("the end", client.isClosed);
    const hex = Buffer.from(all).toString("hex");
    expect(client.output().toString()).toBe(`ready${hex}`);
    expect(client.frames().at(-1)).toEqual({ tag: 2, payload: Buffer.from([0, 0, 0, 0, 9]) });
    expect(session.log().toString()).toBe(`ready${hex}`);
  });

  test("frames sent right after the hello line, in any pieces, are not lost", async () => {
    const session = await sessionRaw(profile(), CAT);
    const client = await dial(session.sockets.far);
    const bytes = Buffer.concat([Buffer.from('{"op":"attach"}\n'), frame(1, "abc"), frame(77, "?"), frame(1, "def")]);
    for (const byte of bytes) client.write(Uint8Array.of(byte));
    await waitFor("the echo", () => client.output().toString().endsWith("abcdef"));
  });

  test("a killed session is recorded as signaled with 130", async () => {
    const session = await sessionRaw(profile(), CAT);
    const client = await attach(session.sockets.far, 80, 24);
    await waitFor("the picture", () => client.output().length > 0);
    await request(session.sockets.far, { op: "kill" });
    await waitFor("the end", client.isClosed);
    expect(client.frames().at(-1)).toEqual({ tag: 2, payload: Buffer.from([1, 0, 0, 0, 130]) });
  });

  test("a session has the size of the client that was active last and is still attached", async () => {
    const sizes = "trap 'stty size' WINCH; printf ready; while :; do sleep 0.02; done";
    const session = await sessionRaw(profile(), ["bash", "-c", sizes]);
    await waitFor("the program", () => session.log().toString() === "ready");
    const says = (size: string) => waitFor(size, () => session.log().toString().trim().endsWith(size));
    const first = await attach(session.sockets.far, 100, 40);
    await says("40 100");
    const second = await attach(session.sockets.far, 60, 20);
    await says("20 60");
    first.write(frame(2, Uint8Array.of(0, 90, 0, 30)));
    await says("30 90");
    // Zeros and frames of another length are skipped.
    first.write(Buffer.concat([frame(2, Uint8Array.of(0, 0, 0, 0)), frame(2, "xyz"), frame(2, "")]));
    second.write(frame(1, "x"));
    await says("20 60");
    second.socket.destroy();
    await says("30 90");
  });

  test("a program is made to redraw for a client of the same size", async () => {
    const sizes = "trap 'stty size' WINCH; printf ready; while :; do sleep 0.02; done";
    const session = await sessionRaw(profile(), ["bash", "-c", sizes]);
    await waitFor("the program", () => session.log().toString() === "ready");
    await attach(session.sockets.far, 80, 24);
    await waitFor("a size and back", () => /23 80\s+24 80\s*$/.test(session.log().toString()));
  });
});

function isGone(pid: number): boolean {
  try {
    return !process.kill(pid, 0);
  } catch {
    return true;
  }
}
