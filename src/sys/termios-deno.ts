import { cLibraries, DROP_INPUT, DROP_OUTPUT, SET_NOW, TERMIOS_BYTES, type Termios } from "./libc.ts";

/** The part of Deno's FFI used here; the project's types are Bun's. */
interface DenoFfi {
  dlopen(
    name: string,
    symbols: Record<string, { parameters: string[]; result: string }>,
  ): {
    symbols: Record<string, (...args: unknown[]) => unknown>;
  };
}

const deno = (globalThis as unknown as { Deno: DenoFfi }).Deno;

function load() {
  const failures: unknown[] = [];
  for (const name of cLibraries()) {
    try {
      return deno.dlopen(name, {
        tcgetattr: { parameters: ["i32", "buffer"], result: "i32" },
        tcsetattr: { parameters: ["i32", "i32", "buffer"], result: "i32" },
        tcflush: { parameters: ["i32", "i32"], result: "i32" },
        cfmakeraw: { parameters: ["buffer"], result: "void" },
      });
    } catch (error) {
      failures.push(error);
    }
  }
  throw new AggregateError(failures, "no C library found");
}

const { symbols } = load();

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
