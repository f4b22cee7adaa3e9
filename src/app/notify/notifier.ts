import type { Config } from "../../core/config/config.ts";
import { expected, LooopError } from "../../core/error.ts";
import type { InboxItem } from "../../core/inbox/item.ts";
import { dueNotices } from "../../core/notify/due-notices.ts";
import { noticeOf } from "../../core/notify/notice.ts";
import { type ChannelName, channelsOn, type NotifySettings } from "../../core/notify/notify-settings.ts";
import { itemKey, type Sent, withItems, withNotice } from "../../core/notify/sent.ts";
import type { EventName } from "../../store/events.ts";
import { mutedUntilMs } from "../../store/notify/mute.ts";
import { readSent, writeSent } from "../../store/notify/sent-file.ts";
import type { Paths } from "../../store/paths.ts";
import { post } from "../../sys/net/post.ts";
import type { Stop } from "../../sys/sys.ts";
import { type ChannelDeps, SEND_TIMEOUT_MS } from "./channel/channel.ts";
import { openChannel } from "./channel/open-channel.ts";

/** The dependencies of the notifier. */
export interface NotifierDeps extends ChannelDeps {
  readonly paths: Paths;
  readonly stop: Pick<Stop, "asked">;
  config(): Promise<Pick<Config, "notify">>;
  event(event: EventName, fields: Readonly<Record<string, unknown>>): void;
  /** Writes a line of the pulse's log. */
  tell(line: string): void;
}

/** The wait after the first failure of a channel, and the longest, in milliseconds. Each failure doubles it. */
const RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 300_000;

/** The least time between two calls of `alive_url`, in milliseconds. */
const ALIVE_MS = 30_000;

/** Timers of a runtime count milliseconds in 31 bits, and the config may change: it looks again after an hour. */
const LONGEST_SLEEP_MS = 3_600_000;

/**
 * Sends what waits for the person, each item once on each channel. It is a task of the pulse: each beat gives it the inbox,
 * and in between it only sleeps until something is due. An item is on record once a receiver has taken it; looop that dies
 * in that moment sends it again.
 */
export class Notifier {
  readonly #deps: NotifierDeps;
  readonly #retries = new Map<ChannelName, { readonly untilMs: number; readonly waitMs: number }>();
  #sent: Sent;
  #items: readonly InboxItem[] = [];
  #isRunning = false;
  #news = new AbortController();
  #aliveMs = 0;
  #isAliveFailing = false;

  constructor(deps: NotifierDeps) {
    this.#deps = deps;
    this.#sent = readSent(deps.files, deps.paths);
  }

  /** Takes the inbox as it is now. Returns at once. */
  update(items: readonly InboxItem[]): void {
    this.#items = items;
    this.#news.abort();
    void this.#callAlive().catch((error: unknown) => expected(error));
    if (this.#isRunning) return;
    this.#isRunning = true;
    void this.#run()
      .catch((error: unknown) => {
        // A bug of a channel must not end the pulse. The next beat starts this again.
        const what = error instanceof LooopError ? error.message : error instanceof Error ? error.stack : `${error}`;
        this.#deps.tell(`notify: ${what}`);
      })
      .finally(() => {
        this.#isRunning = false;
      });
  }

  /** Says to the service of the config that the pulse lives. A failure is told once, and the service tells the person. */
  async #callAlive(): Promise<void> {
    const { clock, config, tell } = this.#deps;
    const url = (await config()).notify?.aliveUrl;
    if (url === undefined || clock.now() - this.#aliveMs < ALIVE_MS) return;
    this.#aliveMs = clock.now();
    const call = { url, shown: new URL(url).origin, headers: {}, body: "{}", timeoutMs: SEND_TIMEOUT_MS };
    try {
      await post(call);
      this.#isAliveFailing = false;
    } catch (error) {
      expected(error);
      if (!this.#isAliveFailing) tell(`notify: alive_url: ${error.message}`);
      this.#isAliveFailing = true;
    }
  }

  async #run(): Promise<void> {
    const { clock, config, stop } = this.#deps;
    while (!stop.asked.aborted) {
      this.#news = new AbortController();
      const settings = (await config()).notify;
      if (settings === undefined) return;
      this.#keep(withItems(this.#sent, this.#items, clock.now()));
      const next = await Promise.all(channelsOn(settings).map((name) => this.#serve(name, settings)));
      const nextMs = Math.min(...next.filter((ms) => ms !== undefined));
      if (this.#news.signal.aborted) continue;
      if (nextMs === Number.POSITIVE_INFINITY) return;
      const ms = Math.min(Math.max(nextMs - clock.now(), 1), LONGEST_SLEEP_MS);
      await clock.sleep(ms, AbortSignal.any([stop.asked, this.#news.signal]));
    }
  }

  /** Sends what is due on a channel. Returns when there is more to do. */
  async #serve(name: ChannelName, settings: NotifySettings): Promise<number | undefined> {
    const { clock, stop } = this.#deps;
    const retry = this.#retries.get(name);
    if (retry !== undefined && retry.untilMs > clock.now()) return retry.untilMs;
    const { notices } = this.#due(name, settings);
    for (const items of notices) {
      if (stop.asked.aborted) return undefined;
      try {
        const send = await openChannel(name, settings.channels, this.#deps);
        await send(noticeOf(items, await noticeId(name, items, this.#sent)));
      } catch (error) {
        expected(error);
        return this.#failed(name, error);
      }
      this.#succeeded(name, items);
    }
    return this.#due(name, settings).nextMs;
  }

  #due(name: ChannelName, settings: NotifySettings) {
    const { clock, files, paths } = this.#deps;
    const now = { nowMs: clock.now(), mutedUntilMs: mutedUntilMs(files, paths) };
    return dueNotices(name, this.#items, this.#sent, settings, now);
  }

  #succeeded(name: ChannelName, items: readonly InboxItem[]): void {
    const { clock, event, tell } = this.#deps;
    if (this.#retries.delete(name)) tell(`notify: ${name} works again`);
    this.#keep(withNotice(this.#sent, name, items, clock.now()));
    event("notified", { channel: name, items: items.map(itemKey) });
  }

  #failed(name: ChannelName, { message }: LooopError): number {
    const { clock, event, tell } = this.#deps;
    const before = this.#retries.get(name);
    const waitMs = before === undefined ? RETRY_MS : Math.min(2 * before.waitMs, LONGEST_RETRY_MS);
    const untilMs = clock.now() + waitMs;
    this.#retries.set(name, { untilMs, waitMs });
    if (before !== undefined) return untilMs;
    tell(`notify: ${name}: ${message}`);
    event("notify_failed", { channel: name, error: message });
    const failing = { ...this.#sent.failing, [name]: { sinceMs: clock.now(), error: message } };
    this.#keep({ ...this.#sent, failing });
    return untilMs;
  }

  /** Keeps the record in memory too: a full disk must not make looop say things twice. */
  #keep(sent: Sent): void {
    const { files, paths, tell } = this.#deps;
    if (JSON.stringify(sent) === JSON.stringify(this.#sent)) return;
    this.#sent = sent;
    try {
      writeSent(files, paths, sent);
    } catch (error) {
      expected(error);
      tell(`notify: ${error.message}`);
    }
  }
}

/** Returns an id that is the same when the same items are sent again after a failure. */
async function noticeId(name: ChannelName, items: readonly InboxItem[], { items: known }: Sent): Promise<string> {
  const { sha256 } = await import("../../sys/ffi/hash.ts");
  const keys = items.map((item) => `${itemKey(item)} ${known[itemKey(item)]?.firstMs ?? 0}`);
  return `msg_${sha256([name, ...keys].join("\n")).slice(0, 32)}`;
}
