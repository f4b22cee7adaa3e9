import { keyBytes } from "../../core/session/keyboard/key-bytes.ts";
import { hasEnter, parseKey } from "../../core/session/keyboard/keys.ts";
import { bytesOf } from "../../core/text.ts";
import type { Clock } from "../../sys/sys.ts";
import type { UnreadInput } from "../../sys/tty.ts";
import { isTerminalAnswer } from "../screen/replay-filter.ts";
import type { SessionOutput } from "../session-output.ts";
import { framed } from "./paste.ts";

/**
 * The pause before each key, in milliseconds. Agents treat what arrives in one read as a paste, even with an Enter at its
 * end, and do not submit it.
 */
const KEY_DELAY_MS = 60;

/** The intervals of looks at whether the program has read its input, in milliseconds. */
const SOON_MS = 2;
const LATE_MS = 500;

/** The looks in a row that must find nothing to read: the kernel moves input in pieces. */
const CLEAR_LOOKS = 2;

/** The time without progress after which a message is reported as not read, in milliseconds; a frozen program reads nothing. */
const PATIENCE_MS = 5_000;
const FROZEN_PATIENCE_MS = 300;

/** The time without progress after which a person's keys pass a message, in milliseconds: Ctrl-C must reach a busy program. */
const HOLD_MS = 2_000;

/** The pause in a person's typing that a message waits for, and the most time that it waits, in milliseconds. */
const PERSON_PAUSE_MS = 2_000;
const PERSON_LIMIT_MS = 15_000;

/** The most text that waits to be typed, in bytes. */
const WAITING_BYTES = 32 * 1_048_576;

/** A message: bytes, a text, then keys. */
export interface Typing {
  readonly text: string;
  /** Bytes that are sent as they are, before the text. */
  readonly raw: Uint8Array;
  /** Names of keys, pressed after the text. */
  readonly keys: readonly string[];
}

/** The result of a message. */
export interface Typed {
  /** The bytes of it all; less while not all was typed. */
  readonly sent: number;
  /** The bytes that the terminal took. */
  readonly taken: number;
  /** True when the program read it all; null where the system does not tell. */
  readonly read: boolean | null;
}

/** The program that is typed into. */
export interface TypedProgram {
  /** Gives it input, and returns how many bytes were taken. */
  write(bytes: Uint8Array): number;
  /** The input that it has yet to read; undefined when it does not run. */
  unread(): UnreadInput | undefined;
}

/** Types messages into a program, one after the other: each text with its Enter, with no other input in between. */
export class Typist {
  readonly #clock: Clock;
  readonly #program: TypedProgram;
  readonly #output: Pick<SessionOutput, "modes">;
  readonly #clients: { drain(): void };
  readonly #over = new AbortController();
  #turn: Promise<unknown> = Promise.resolve();
  #waitingBytes = 0;
  #isHolding = false;
  /** The monotonic time when input was last taken or read, which tells a slow reader from one that does not read. */
  #lastProgressMs = 0;
  #lastKeyMs = Number.NEGATIVE_INFINITY;
  #isPersonTyping = false;

  /** `clients` get the room for their input that they have waited for. */
  constructor(clock: Clock, program: TypedProgram, output: Pick<SessionOutput, "modes">, clients: { drain(): void }) {
    this.#clock = clock;
    this.#program = program;
    this.#output = output;
    this.#clients = clients;
  }

  /** Passes on a client's input and returns how many bytes were taken. A person's keys wait while a message is typed. */
  passOn(bytes: Uint8Array): number {
    if (isTerminalAnswer(bytes)) return this.#program.write(bytes);
    if (this.#isHolding) return 0;
    this.#lastKeyMs = this.#clock.monotonic();
    this.#isPersonTyping = !hasEnter(bytes);
    return this.#program.write(bytes);
  }

  /** Types it when its turn comes. Resolves when the program has read it, or has read nothing for some seconds. */
  async type(typing: Typing, isFrozen: boolean): Promise<Typed | "full" | "over"> {
    const size = bytesOf(typing.text).length + typing.raw.length;
    if (this.#waitingBytes + size > WAITING_BYTES) return "full";
    const job: Job = { sent: size, left: size, isOver: false };
    this.#waitingBytes += size;
    const work = this.#next(() => this.#carryOut(typing, job)).finally(() => {
      this.#waitingBytes -= size;
      job.isOver = true;
    });
    return Promise.race([work, this.#lateOf(job, isFrozen ? FROZEN_PATIENCE_MS : PATIENCE_MS)]);
  }

  /** Resolves when no message is being typed, or when that takes too long. */
  async free(): Promise<void> {
    if (!this.#isHolding) return;
    const job: Job = { sent: 0, left: 0, isOver: false };
    await Promise.race([this.#turn.then(() => (job.isOver = true)), this.#lateOf(job, PATIENCE_MS)]);
  }

  close(): void {
    this.#over.abort();
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => {});
    return mine;
  }

  async #carryOut({ text, raw, keys }: Typing, job: Job): Promise<Typed | "over"> {
    await this.#untilPersonPauses();
    if (this.#over.signal.aborted) return "over";
    this.#hold();
    job.sent = 0;
    try {
      const bytes = Buffer.concat([raw, bytesOf(framed(text, this.#output.modes().hasBracketedPaste))]);
      let read = await this.#write(bytes, job);
      for (const name of keys) {
        if (job.sent > 0) await this.#clock.sleep(KEY_DELAY_MS, this.#over.signal);
        read = await this.#write(bytesOf(this.#bytesOf(name)), job);
      }
      return this.#over.signal.aborted ? "over" : { sent: job.sent, taken: job.sent, read };
    } finally {
      this.#isHolding = false;
      this.#clients.drain();
    }
  }

  #bytesOf(name: string): string {
    const key = parseKey(name);
    return key === undefined ? "" : keyBytes(key, this.#output.modes().keyboard);
  }

  /** Writes the bytes and waits until the program has read them. */
  async #write(bytes: Uint8Array, job: Job): Promise<boolean | null> {
    job.sent += bytes.length;
    let untaken = bytes;
    let clearLooks = 0;
    for (let waitMs = SOON_MS; !this.#over.signal.aborted; ) {
      untaken = untaken.subarray(untaken.length === 0 ? 0 : this.#program.write(untaken));
      const { left, isHeld } = this.#look(untaken.length);
      const isClear = left === 0 && isHeld !== true;
      clearLooks = isClear ? clearLooks + 1 : 0;
      // Where the system does not tell, it counts as read when the terminal took it.
      if (clearLooks === CLEAR_LOOKS) return isHeld === undefined ? null : true;
      waitMs = isClear || left !== job.left ? this.#advance() : Math.min(waitMs * 2, LATE_MS);
      job.left = left;
      this.#letPersonPass();
      await this.#clock.sleep(waitMs, this.#over.signal);
    }
    return false;
  }

  /** Returns how many bytes the terminal has not taken, and whether it holds some that the program has not read. */
  #look(untaken: number): { readonly left: number; readonly isHeld: boolean | undefined } {
    const { queuedBytes, isHeld } = this.#program.unread() ?? { queuedBytes: 0, isHeld: undefined };
    return { left: untaken + queuedBytes, isHeld };
  }

  #hold(): void {
    this.#isHolding = true;
    this.#advance();
  }

  /** Notes progress, and returns the time to the next look. */
  #advance(): number {
    this.#lastProgressMs = this.#clock.monotonic();
    return SOON_MS;
  }

  #letPersonPass(): void {
    if (!this.#isHolding || this.#clock.monotonic() - this.#lastProgressMs < HOLD_MS) return;
    this.#isHolding = false;
    this.#clients.drain();
  }

  async #untilPersonPauses(): Promise<void> {
    const clock = this.#clock;
    const endMs = clock.monotonic() + PERSON_LIMIT_MS;
    while (this.#isPersonTyping && !this.#over.signal.aborted) {
      const now = clock.monotonic();
      const untilMs = Math.min(endMs, this.#lastKeyMs + PERSON_PAUSE_MS);
      if (now >= untilMs) return;
      await clock.sleep(untilMs - now, this.#over.signal);
    }
  }

  /** Resolves when there was no progress for some seconds, with what was typed of it by then. */
  async #lateOf(job: Job, patienceMs: number): Promise<Typed> {
    const startMs = this.#clock.monotonic();
    while (!job.isOver && !this.#over.signal.aborted) {
      const leftMs = Math.max(startMs, this.#lastProgressMs) + patienceMs - this.#clock.monotonic();
      if (leftMs <= 0) break;
      await this.#clock.sleep(leftMs, this.#over.signal);
    }
    return { sent: job.sent, taken: job.sent - job.left, read: false };
  }
}

/** One message on its way. */
interface Job {
  /** The bytes that it has; while it waits for its turn, without its keys. */
  sent: number;
  /** The bytes of it that the terminal has not taken. */
  left: number;
  isOver: boolean;
}
