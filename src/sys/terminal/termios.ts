import process from "node:process";
import { openFfi } from "../ffi/ffi.ts";
import { cFunctions } from "../ffi/libc.ts";

/** The C library's functions on terminal settings: the bytes of a `struct termios`, which are opaque to us. */
export interface Termios {
  /** Returns undefined when `fd` is not a terminal. */
  get(fd: number): Uint8Array | undefined;
  /** Returns `settings` changed so that bytes pass unchanged both ways. */
  raw(settings: Uint8Array): Uint8Array;
  /** Takes effect at once. Returns false when the terminal has gone. */
  set(fd: number, settings: Uint8Array): boolean;
  /** Drops input that was typed but not read. */
  dropInput(fd: number): void;
  /** Drops output that was written but not shown. */
  dropOutput(fd: number): void;
}

/** Room for the settings: Linux has 60 bytes, macOS 72. */
const TERMIOS_BYTES = 256;

const TCSANOW = 0;
const [TCIFLUSH, TCOFLUSH] = process.platform === "darwin" ? [1, 2] : [0, 1];

export async function openTermios(): Promise<Termios> {
  const libc = cFunctions(await openFfi(), {
    tcgetattr: { args: ["i32", "buffer"], returns: "i32" },
    tcsetattr: { args: ["i32", "i32", "buffer"], returns: "i32" },
    tcflush: { args: ["i32", "i32"], returns: "i32" },
    cfmakeraw: { args: ["buffer"], returns: "void" },
  });
  return {
    get: (fd) => {
      const settings = new Uint8Array(TERMIOS_BYTES);
      return libc.tcgetattr(fd, settings) === 0 ? settings : undefined;
    },
    raw: (settings) => {
      const raw = settings.slice();
      libc.cfmakeraw(raw);
      return raw;
    },
    set: (fd, settings) => libc.tcsetattr(fd, TCSANOW, settings) === 0,
    dropInput: (fd) => void libc.tcflush(fd, TCIFLUSH),
    dropOutput: (fd) => void libc.tcflush(fd, TCOFLUSH),
  };
}
