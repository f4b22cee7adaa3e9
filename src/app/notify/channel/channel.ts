import type { Env } from "../../../core/env.ts";
import type { Notice } from "../../../core/notify/notice.ts";
import type { Clock, Files, Proc } from "../../../sys/sys.ts";

/** The dependencies of the channels. */
export interface ChannelDeps {
  readonly files: Files;
  readonly clock: Clock;
  readonly proc: Proc;
  /** The environment of programs, without private variables. */
  readonly env: Env;
  /** The folder of the config, where relative paths start. */
  readonly configFolder: string;
  /** An existing folder for files that live as long as a send. */
  readonly folder: string;
}

/** Sends one notice. Throws when the receiver did not take it; then it is sent again later. */
export type Send = (notice: Notice) => Promise<void>;

/** The time that a receiver has, in milliseconds. */
export const SEND_TIMEOUT_MS = 10_000;
