import { dlopen } from "bun:ffi";
import { DROP_INPUT, DROP_OUTPUT, inCLibrary, SET_NOW, TERMIOS_BYTES, type Termios } from "../ffi/libc.ts";

const { symbols } = inCLibrary((name) =>
  dlopen(name, {
    tcgetattr: { args: ["i32", "ptr"], returns: "i32" },
    tcsetattr: { args: ["i32", "i32", "ptr"], returns: "i32" },
    tcflush: { args: ["i32", "i32"], returns: "i32" },
    cfmakeraw: { args: ["ptr"], returns: "void" },
  }),
);

export const termios: Termios = {
  get: (fd) => {
    const settings = new Uint8Array(TERMIOS_BYTES);
    return symbols.tcgetattr(fd, settings) === 0 ? settings : undefined;
  },
  raw: (settings) => {
    const raw = settings.slice();
    symbols.cfmakeraw(raw);
    return raw;
  },
  set: (fd, settings) => symbols.tcsetattr(fd, SET_NOW, settings) === 0,
  dropInput: (fd) => void symbols.tcflush(fd, DROP_INPUT),
  dropOutput: (fd) => void symbols.tcflush(fd, DROP_OUTPUT),
};
