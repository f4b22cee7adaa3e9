import type { ListedSession } from "../../core/session/table.ts";
import { endsWatch, watchFrame } from "../../core/session/watch.ts";
import { bytesOf, utf8 } from "../../core/text.ts";
import type { SessionStore } from "../../store/session/session-paths.ts";
import type { Size } from "../../sys/tty.ts";
import type { App } from "../open.ts";
import { LastScreens } from "./last-screens.ts";

const ENTER = "\u001b[?1049h\u001b[?25l";
const LEAVE = "\u001b[?25h\u001b[?1049l";

const DEFAULT_SIZE: Size = { cols: 80, rows: 24 };

/** Shows the sessions of `list`, refreshed every `everyMs` and at each change of size, until a key ends it. */
export async function watchSessions(
  app: App,
  store: SessionStore,
  everyMs: number,
  list: () => Promise<ListedSession[]>,
) {
  const terminal = await app.terminal();
  const screens = new LastScreens(store);
  const over = new AbortController();
  let wake = new AbortController();
  let signal: NodeJS.Signals | undefined;
  const taken = terminal.take({
    onInput: (bytes) => endsWatch(utf8(bytes)) && over.abort(),
    onResize: () => wake.abort(),
    onDrain: () => {},
    onResume: () => taken.write(bytesOf(ENTER)),
    onLeave: (name) => {
      signal = name;
      over.abort();
    },
    undo: () => LEAVE,
  });
  over.signal.addEventListener("abort", () => wake.abort());
  taken.write(bytesOf(ENTER));
  while (!over.signal.aborted) {
    wake = new AbortController();
    const sessions = await list();
    const { cols: width, rows } = terminal.size() ?? DEFAULT_SIZE;
    const look = { nowMs: app.clock.now(), colour: app.output.colour, width, rows, everyMs };
    taken.write(bytesOf(watchFrame({ sessions, screens: await screens.of(sessions) }, look)));
    if (!over.signal.aborted) await app.clock.sleep(everyMs, wake.signal);
  }
  await taken.release("");
  if (signal !== undefined) terminal.die(signal);
}
