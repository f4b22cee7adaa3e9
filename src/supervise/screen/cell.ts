import type { IBufferCell } from "@xterm/headless";

/** One cell of a screen. */
export type Cell = IBufferCell;
