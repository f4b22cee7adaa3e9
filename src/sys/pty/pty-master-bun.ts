import { closeSync, readSync, writeSync } from "node:fs";
import { clock } from "../clock.ts";
import { errnoCode } from "../errno.ts";
import { ffi } from "../ffi/ffi-bun.ts";
import { cFunctions, POLLIN, poll } from "../ffi/libc.ts";
import type { GATE, PtyLibrary, PtyMaster } from "./pty-library.ts";

/** Linux's numbers, the same on x64 and arm64. */
const F_GETFL = 3;
const F_SETFL = 4;
const F_DUPFD_CLOEXEC = 1030;
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
const TIOCSWINSZ = 0x5414;

/** The input that ends the library's blocked read and then opens the gate, and its echo. See {@linkcode takeMaster}. */
const KNOCK = "x";
const GO = "\n";
const ECHO = "x\r\n";

/** The byte that the library's reader gets once it no longer reads the terminal. */
const PARKED = 0x50;

/** The most time until then, and the interval of checks, in milliseconds. On an idle machine it takes less than one. */
const PARK_TIMEOUT_MS = 5_000;
const CHECK_MS = 0.2;

/** The size of a read at the end, in bytes, and the number of reads: the kernel holds less, unless output still comes. */
const REST_BYTES = 65_536;
const REST_READS = 64;

/** The longest pause before input is offered again to a terminal that took none, in milliseconds. */
const RETRY_MS = 32;

/**
 * Takes the terminal away from the library's reader thread. Unread output then stays in the kernel, so a fast program
 * waits instead of filling this process's memory.
 *
 * Two readers would mix up bytes, so the thread must stop first. The library's `descriptors` of the master are replaced
 * by a pipe that holds one byte, and one character is typed. A read that is already blocked returns the character's echo,
 * the next one gets the byte, and the one after that blocks for ever. The program does not run before that: its gate
 * ({@linkcode GATE}) reads a line, and the newline is typed last.
 */
export function takeMaster(library: PtyLibrary, handle: number, descriptors: readonly number[]): PtyMaster {
  const libc = cFunctions(ffi, {
    dup3: { args: ["i32", "i32", "i32"], returns: "i32" },
    fcntl: { args: ["i32", "i32", "i32"], returns: "i32" },
    ioctl: { args: ["i32", "u64", "buffer"], returns: "i32" },
    pipe2: { args: ["buffer", "i32"], returns: "i32" },
  });
  const fd = libc.fcntl(descriptors[0] ?? -1, F_DUPFD_CLOEXEC, 0);
  const pipe = new Int32Array(2);
  if (fd < 0 || libc.pipe2(pipe, O_CLOEXEC) < 0) throw new Error("no file descriptor is left");
  const [waiting = -1, park = -1] = pipe;
  for (const descriptor of descriptors) libc.dup3(waiting, descriptor, O_CLOEXEC);
  closeSync(waiting);
  writeSync(park, Uint8Array.of(PARKED));
  writeSync(fd, KNOCK);
  const early = readUntilParked(library, handle);
  libc.fcntl(fd, F_SETFL, libc.fcntl(fd, F_GETFL, 0) | O_NONBLOCK);
  writeSync(fd, GO);
  return master(fd, park, new EchoFilter(early.length), (winsize) => libc.ioctl(fd, TIOCSWINSZ, winsize));
}

/** Returns the terminal's output that the library's thread had read before it was parked. */
function readUntilParked(library: PtyLibrary, handle: number): Uint8Array {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  const buffer = new Uint8Array(64);
  const endMs = clock.monotonic() + PARK_TIMEOUT_MS;
  let size = 0;
  while (buffer[size - 1] !== PARKED) {
    const got = library.read(handle, buffer.subarray(size));
    if (got < 0 || clock.monotonic() > endMs) throw new Error("the PTY library's reader cannot be set aside");
    if (got === 0) Atomics.wait(pause, 0, 0, CHECK_MS);
    size += got;
  }
  return buffer.slice(0, size - 1);
}

/** Removes the gate's echo, which may come in pieces, from the start of the output; `readBytes` of it were read before. */
class EchoFilter {
  #leftBytes: number;

  constructor(readBytes: number) {
    this.#leftBytes = ECHO.length - readBytes;
  }

  strip(bytes: Uint8Array, take: (bytes: Uint8Array) => void): void {
    const output = bytes.subarray(this.#leftBytes);
    this.#leftBytes -= bytes.length - output.length;
    if (output.length > 0) take(output);
  }
}

function master(fd: number, park: number, echo: EchoFilter, setSize: (winsize: Uint8Array) => number): PtyMaster {
  const output = Bun.file(fd).stream().getReader();
  let isOpen = true;
  return {
    async follow(take) {
      for (let piece = await next(output); piece !== undefined; piece = await next(output)) echo.strip(piece, take);
    },
    async readRest(take) {
      await output.cancel();
      const buffer = new Uint8Array(REST_BYTES);
      for (let reads = 0; isOpen && reads < REST_READS; reads++) {
        const got = readSome(fd, buffer);
        if (got === 0) return;
        echo.strip(buffer.subarray(0, got), take);
      }
    },
    async write(bytes) {
      for (let waitMs = 1; isOpen; waitMs = Math.min(waitMs * 2, RETRY_MS)) {
        const sent = writeSome(fd, bytes);
        if (sent > 0) return sent;
        await clock.sleep(waitMs);
      }
      throw new Error("closed");
    },
    resize: ({ cols, rows }) => void setSize(new Uint8Array(Uint16Array.of(rows, cols, 0, 0).buffer)),
    isReadable: () => poll(ffi, fd, POLLIN) !== 0,
    close() {
      if (!isOpen) return;
      isOpen = false;
      void output.cancel().catch(() => {});
      closeSync(fd);
      // The library's reader gets the end of its pipe, and exits.
      closeSync(park);
    },
  };
}

/** Returns the next output; undefined at the end, and when the other side has gone (EIO). */
async function next(output: { read(): Promise<{ value?: Uint8Array | undefined }> }): Promise<Uint8Array | undefined> {
  const { value } = await output.read().catch(() => ({ value: undefined }));
  return value;
}

/** Returns the number of bytes read; 0 when all was read, or the other side has gone (EIO). */
function readSome(fd: number, into: Uint8Array): number {
  try {
    return readSync(fd, into, 0, into.length, null);
  } catch {
    return 0;
  }
}

/** Returns how many bytes the terminal took: 0 while the program does not read. Throws when it has gone. */
function writeSome(fd: number, bytes: Uint8Array): number {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    if (errnoCode(error) === "EAGAIN") return 0;
    throw error;
  }
}
