import type { StartServer } from "./net.ts";

/** Bun's longest idle timeout, in seconds. */
const MAX_IDLE_SECONDS = 255;

export const startServer: StartServer = ({ bodyBytes, idleMs }, answer) => {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    development: false,
    maxRequestBodySize: bodyBytes,
    idleTimeout: Math.min(MAX_IDLE_SECONDS, Math.ceil(idleMs / 1_000)),
    fetch: answer,
    error(error) {
      // Our handler threw, which is a bug: it ends the process as any other would.
      queueMicrotask(() => {
        throw error;
      });
    },
  });
  return { port: server.port ?? 0, close: () => void server.stop(true) };
};
