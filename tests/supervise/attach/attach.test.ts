/** The attach client between a fake terminal and a fake supervisor. */
import { describe, expect, test } from "bun:test";
import { type AttachTarget, attach } from "../../../src/supervise/attach/attach.ts";
import { encodeExit, encodeFrame, encodeResize } from "../../../src/supervise/wire/frames.ts";
import type { Clock, Connection, ConnectionEvents } from "../../../src/sys/sys.ts";
import type { Size, Terminal, TerminalEvents } from "../../../src/sys/tty.ts";
import { waitFor } from "../../support/program/wait-for.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const latin1 = (pieces: readonly Uint8Array[]) => Buffer.concat(pieces).toString("latin1");

/** A clock whose sleeps end when the test ends them. */
function handClock(): Clock & { wake(): void } {
  let sleepers: (() => void)[] = [];
  return {
    now: () => 0,
    monotonic: () => 0,
    sleep: (_ms, signal) =>
      new Promise((done) => {
        sleepers.push(done);
        signal?.addEventListener("abort", () => done());
      }),
    wake: () => {
      for (const done of sleepers) done();
      sleepers = [];
    },
  };
}

function scene(target: Partial<AttachTarget> = {}) {
  const clock = handClock();
  const sent: Uint8Array[] = [];
  const shown: Uint8Array[] = [];
  const done: string[] = [];
  let size: Size = { cols: 80, rows: 24 };
  let peer: ConnectionEvents | undefined;
  let person: TerminalEvents | undefined;
  const connection: Connection = {
    queuedBytes: 0,
    on: (events) => {
      peer = events;
    },
    write: (it) => void sent.push(it),
    pause: () => void done.push("pause"),
    resume: () => void done.push("resume"),
    end: () => void done.push("end"),
    destroy: () => void done.push("destroy"),
  };
  const terminal: Terminal = {
    isThere: true,
    size: () => size,
    take: (events) => {
      person = events;
      return {
        queuedBytes: 0,
        write: (it) => void shown.push(it),
        release: async (last) => void done.push(`release ${JSON.stringify(events.undo() + last)}`),
      };
    },
    die: () => {},
  };
  const end = attach(
    { clock, terminal, connect: async () => connection },
    {
      ...{ title: undefined, size: { cols: 80, rows: 24 }, isOurs: true },
      ...{ detachKeys: "C-\\ C-\\", isReadOnly: false, ...target },
    },
  );
  return {
    clock,
    end,
    done,
    sent: () => latin1(sent),
    shown: () => latin1(shown),
    hears: (frame: Uint8Array) => peer?.onData(frame),
    closes: () => peer?.onClose(),
    types: (text: string) => person?.onInput(bytes(text)),
    resized: (to: Size) => {
      size = to;
      person?.onResize(to);
    },
    signalled: (signal: NodeJS.Signals) => person?.onLeave(signal),
    begun: () => waitFor("the first line", () => sent.length > 0),
  };
}

/** Runs everything that waits for no timer. */
const settled = () => new Promise((done) => setImmediate(done));

const HELLO = '{"op":"attach","cols":80,"rows":24,"protocol":1}\n';
const input = (text: string) => latin1([encodeFrame(1, bytes(text))]);

describe("attach()", () => {
  test("sends keys at once to our own supervisor", async () => {
    const it = scene();
    await it.begun();
    it.types("x");
    expect(it.sent()).toBe(HELLO + input("x"));
  });

  test("delays keys after the first line to another program's supervisor until output comes", async () => {
    const it = scene({ isOurs: false });
    await it.begun();
    it.types("x");
    it.resized({ cols: 100, rows: 30 });
    await settled();
    expect(it.sent()).toBe(HELLO);
    it.hears(encodeFrame(5, bytes("")));
    expect(it.sent()).toBe(HELLO + input("x") + latin1([encodeResize(100, 30)]));
  });

  test("delays keys only for a limited time", async () => {
    const it = scene({ isOurs: false });
    await it.begun();
    it.types("x");
    it.clock.wake();
    await waitFor("the input", () => it.sent() === HELLO + input("x"));
  });

  test("sends a size once", async () => {
    const it = scene();
    await it.begun();
    it.resized({ cols: 80, rows: 24 });
    it.resized({ cols: 81, rows: 24 });
    it.resized({ cols: 81, rows: 24 });
    expect(it.sent()).toBe(HELLO + latin1([encodeResize(81, 24)]));
  });

  test("passes later output byte for byte", async () => {
    const it = scene();
    await it.begun();
    it.hears(encodeFrame(1, bytes("picture")));
    it.hears(encodeFrame(1, Uint8Array.of(0xff, 0, 0x1b)));
    await waitFor("the output", () => it.shown().endsWith("\xff\0\x1b"));
  });

  test("ends with the program's code once all output is shown", async () => {
    const it = scene();
    await it.begun();
    it.hears(Buffer.concat([encodeFrame(1, bytes("last")), encodeExit(false, 7)]));
    expect(await it.end).toEqual({ kind: "ended", exit: { signaled: false, code: 7 } });
    expect(it.shown()).toContain("last");
  });

  const ends: [title: string, act: (it: ReturnType<typeof scene>) => void, end: object][] = [
    ["the key", (it) => it.types("\x1c\x1c"), { kind: "detached", by: "key" }],
    ["a request", (it) => it.hears(encodeFrame(3, bytes(""))), { kind: "detached", by: "request" }],
    ["a signal", (it) => it.signalled("SIGTERM"), { kind: "signal", signal: "SIGTERM" }],
    ["the death of the supervisor", (it) => it.closes(), { kind: "lost" }],
  ];
  test.each(ends)("ends by %s and restores the terminal", async (_title, act, end) => {
    const it = scene();
    await it.begun();
    it.hears(encodeFrame(1, bytes("\x1b[?1049h\x1b[?1000hpicture")));
    await waitFor("the picture", () => it.shown().includes("picture"));
    act(it);
    expect(await it.end).toEqual(end as never);
    expect(it.done.at(-1)).toBe("destroy");
    const released = it.done.find((word) => word.startsWith("release")) ?? "";
    expect(released).toContain("\\u001b[?1049l");
    expect(released).toContain("\\u001b[?1000l");
  });

  test("sends a lone first press of the key after a delay", async () => {
    const it = scene();
    await it.begun();
    it.types("\x1c");
    expect(it.sent()).toBe(HELLO);
    it.clock.wake();
    await waitFor("the key", () => it.sent() === HELLO + input("\x1c"));
  });
});
