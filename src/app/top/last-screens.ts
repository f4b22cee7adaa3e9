import type { Session } from "../../core/session/session.ts";
import { pathsOf, type SessionStore } from "../../store/session/session-paths.ts";
import { logScreen } from "../../supervise/screen/session-screen.ts";

/** The part of a transcript that is drawn, in bytes. */
const DRAWN_BYTES = 16_384;

/** The screens of the sessions. It draws a screen again only when the transcript has grown. */
export class LastScreens {
  readonly #store: SessionStore;
  readonly #known = new Map<string, { readonly sizeBytes: number; readonly rows: readonly string[] }>();

  constructor(store: SessionStore) {
    this.#store = store;
  }

  /** Returns the rows of each live session's screen, by session id, without the blank ones at the end. */
  async of(sessions: readonly Session[]): Promise<Map<string, readonly string[]>> {
    const screens = new Map<string, readonly string[]>();
    for (const session of sessions) if (session.isAlive) screens.set(session.id, await this.#rows(session));
    return screens;
  }

  async #rows(session: Session): Promise<readonly string[]> {
    const sizeBytes = this.#store.files.stat(pathsOf(this.#store, session.id).log)?.sizeBytes ?? 0;
    const known = this.#known.get(session.id);
    if (known?.sizeBytes === sizeBytes) return known.rows;
    const all = (await logScreen(this.#store, session, DRAWN_BYTES)).rows();
    const rows = all.slice(0, all.findLastIndex((row) => row.trim() !== "") + 1);
    this.#known.set(session.id, { sizeBytes, rows });
    return rows;
  }
}
