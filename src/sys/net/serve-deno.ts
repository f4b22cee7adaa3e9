import type { StartServer } from "./net.ts";

/** The part of Deno's HTTP server used here; the project's types are Bun's. */
interface DenoServe {
  serve(
    options: {
      readonly hostname: string;
      readonly port: number;
      readonly signal: AbortSignal;
      readonly onListen: () => void;
      readonly onError: (error: unknown) => Response;
    },
    answer: (request: Request) => Promise<Response>,
  ): { readonly addr: { readonly port: number } };
}

/** Deno has no limits of its own: see docs/decisions/0030. */
export const startServer: StartServer = (_limits, answer) => {
  const stop = new AbortController();
  const { serve } = (globalThis as unknown as { Deno: DenoServe }).Deno;
  const { addr } = serve(
    {
      hostname: "127.0.0.1",
      port: 0,
      signal: stop.signal,
      onListen() {},
      onError(error) {
        // Our handler threw, which is a bug: it ends the process as any other would.
        queueMicrotask(() => {
          throw error;
        });
        return new Response(null, { status: 500 });
      },
    },
    answer,
  );
  return { port: addr.port, close: () => stop.abort() };
};
