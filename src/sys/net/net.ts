import type { Connection, HttpServer } from "../sys.ts";

/** Stream sockets as a runtime has them. Errors are the system's own, with its code. */
export interface Net {
  /** Listens on a socket file. A client whose connection fails is not reported. */
  listen(path: string, onConnection: (connection: Connection) => void): Promise<Port>;
  connect(path: string): Promise<Connection>;
}

export interface Port {
  /** Stops accepting; open connections stay open. Bun then removes the socket file, even when another process has replaced it. */
  close(): void;
}

/** An HTTP server as a runtime has it, on a free port of 127.0.0.1. */
export type StartServer = (
  limits: { readonly bodyBytes: number; readonly idleMs: number },
  answer: (request: Request) => Promise<Response>,
) => HttpServer;
