import { clock } from "../clock.ts";
import { systemError } from "../errno.ts";
import type { Detach } from "../sys.ts";
import type { Child } from "./child.ts";
import { startChild } from "./start-child.ts";

/** The most output that is kept while the reply has not come, in characters. */
const OUTPUT_CHARACTERS = 65_536;

/** Starts a program that outlives this one. Its own session and group keep our terminal's signals from it. */
export const detach: Detach = async (command, reply) => {
  const child = await startChild(command, "pipe").catch((error) => {
    throw systemError(error, "start", command.argv[0] ?? "");
  });
  const { pid, give, letGo } = child;
  return { pid, give, letGo, reply: listen(child, reply) };
};

/** Listens from now on, not only once the reply is asked for: the output of a program that has ended may be lost. */
function listen(child: Child, reply: RegExp): (limitMs: number) => Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  const came = new Promise<void>((done) => {
    const read = child.read((piece) => {
      if (text.length > OUTPUT_CHARACTERS) return;
      text += decoder.decode(piece, { stream: true });
      if (reply.test(text) || text.length > OUTPUT_CHARACTERS) done();
    });
    void Promise.all([read, child.ended]).then(() => done());
  });
  return async (limitMs) => {
    const stop = new AbortController();
    const isLate = clock.sleep(limitMs, stop.signal).then(() => true);
    if (await Promise.race([came.then(() => false), isLate])) {
      child.kill();
      await child.ended;
    }
    stop.abort();
    child.letGo();
    return text;
  };
}
