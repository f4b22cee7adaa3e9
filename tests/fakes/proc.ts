import { bytesOf } from "../../src/core/text.ts";
import type { Command, Ended, Proc } from "../../src/sys/sys.ts";

/** The end of a faked program: exit 0 without output, except for these fields. */
export interface Scripted extends Partial<Ended> {
  readonly stdout?: string;
}

/** Starts no program: `script` says how each command ends. Remembers the commands. */
export function fakeProc(script: (command: Command) => Scripted = () => ({})): Proc & { readonly ran: Command[] } {
  const ran: Command[] = [];
  return {
    ran,
    pid: 1,
    identify: () => undefined,
    which: (name) => `/usr/bin/${name}`,
    async run(command) {
      ran.push(command);
      const { stdout, ...ended } = script(command);
      if (stdout !== undefined) command.onOutput?.(bytesOf(stdout), "stdout");
      return { code: 0, signal: undefined, timedOut: false, aborted: false, tookMs: 5, ...ended };
    },
  };
}
