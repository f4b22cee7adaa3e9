import { cFunctions } from "../ffi/ffi-deno.ts";
import { DROP_INPUT, DROP_OUTPUT, SET_NOW, TERMIOS_BYTES, type Termios } from "../ffi/libc.ts";

const symbols = cFunctions({
  tcgetattr: { parameters: ["i32", "buffer"], result: "i32" },
  tcsetattr: { parameters: ["i32", "i32", "buffer"], result: "i32" },
  tcflush: { parameters: ["i32", "i32"], result: "i32" },
  cfmakeraw: { parameters: ["buffer"], result: "void" },
});

export const termios: Termios = {
  get: (fd) => {
    const settings = new Uint8Array(TERMIOS_BYTES);
    return symbols["tcgetattr"]?.(fd, settings) === 0 ? settings : undefined;
  },
  raw: (settings) => {
    const raw = settings.slice();
    symbols["cfmakeraw"]?.(raw);
    return raw;
  },
  set: (fd, settings) => symbols["tcsetattr"]?.(fd, SET_NOW, settings) === 0,
  dropInput: (fd) => void symbols["tcflush"]?.(fd, DROP_INPUT),
  dropOutput: (fd) => void symbols["tcflush"]?.(fd, DROP_OUTPUT),
};
