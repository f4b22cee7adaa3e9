import type { Session } from "../../core/session/session.ts";
import type { ListedSession } from "../../core/session/table.ts";
import { endsWatch, watchFrame } from "../../core/session/watch.ts";
import { bytesOf, utf8 } from "../../core/text.ts";
import { pathsOf, type SessionStore } from "../../store/session/session-paths.ts";
import { logScreen } from "../../supervise/screen/session-screen.ts";
import type { Size } from "../../sys/tty.ts";
import type { App } from "../open.ts";

/** The part of a transcript that is drawn to find the last line of its screen, in bytes. */
const DRAWN_BYTES = 16_384;

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
  const lines = new LastLines(store);
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
    taken.write(bytesOf(watchFrame({ sessions, lastLines: await lines.of(sessions) }, look)));
    if (!over.signal.aborted) await app.clock.sleep(everyMs, wake.signal);
  }
  await taken.release("");
  if (signal !== undefined) terminal.die(signal);
}

/** Finds the last visible line of each session. It draws a screen again only when the transcript has grown. */
class LastLines {
  readonly #store: SessionStore;
  readonly #known = new Map<string, { readonly sizeBytes: number; readonly line: string }>();

  constructor(store: SessionStore) {
    this.#store = store;
  }

  async of(sessions: readonly Session[]): Promise<Map<string, string>> {
    const lines = new Map<string, string>();
    for (const session of sessions) if (session.isAlive) lines.set(session.id, await this.#line(session));
    return lines;
  }

  async #line(session: Session): Promise<string> {
    const sizeBytes = this.#store.files.stat(pathsOf(this.#store, session.id).log)?.sizeBytes ?? 0;
    const known = this.#known.get(session.id);
    if (known?.sizeBytes === sizeBytes) return known.line;
    const screen = await logScreen(this.#store, session, DRAWN_BYTES);
    const line = screen.rows().findLast((row) => row.trim() !== "") ?? "";
    this.#known.set(session.id, { sizeBytes, line });
    return line;
  }
}
