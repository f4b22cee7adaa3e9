import type { Connection } from "../sys.ts";

/** Stream sockets as a runtime has them. Errors are the system's own, with its code. */
export interface Net {
  /** Listens on a socket file, or on a free port of this machine's own address. A client that fails is its own loss. */
  listen(at: { readonly path: string } | "loopback", onConnection: (connection: Connection) => void): Promise<Port>;
  connect(path: string): Promise<Connection>;
}

export interface Port {
  /** 0 for a socket file. */
  readonly port: number;
  /** Takes no more connections; those that are there live on. Bun then removes the socket file, whosever it is by now. */
  close(): void;
}
