import process from "node:process";
import { concat } from "../../core/bytes.ts";
import { clock } from "../clock.ts";
import { systemError } from "../errno.ts";
import type { HttpHandler, HttpLimits, Serve } from "../sys.ts";

/** Serves HTTP through this runtime's own server, whose limits differ: ours are kept here. */
export const serve: Serve = async (limits, handler) => {
  const { startServer } =
    process.versions["deno"] === undefined ? await import("./serve-bun.ts") : await import("./serve-deno.ts");
  try {
    return startServer({ bodyBytes: limits.bodyBytes, idleMs: limits.timeoutMs }, limited(limits, handler));
  } catch (error) {
    throw systemError(error, "listen on", "127.0.0.1");
  }
};

/** Answers requests within `limits`. */
function limited(limits: HttpLimits, handler: HttpHandler): (request: Request) => Promise<Response> {
  let reading = 0;
  return async (request) => {
    const refusal = handler.refuse(request);
    if (refusal !== undefined) return closing(refusal);
    if (Number(request.headers.get("content-length")) > limits.bodyBytes) return refused(413, "the body is too long");
    if (reading >= limits.requests) return refused(503, "too many requests at once");
    reading++;
    try {
      const body = await readBody(request, limits);
      if (body instanceof Response) return body;
      const response = handler.answer(request, body);
      // Delays the answer, and so the next request of the same connection.
      await clock.sleep((body.length / limits.bytesPerSecond) * 1_000);
      return response.ok ? response : closing(response);
    } finally {
      reading--;
    }
  };
}

async function readBody(request: Request, limits: HttpLimits): Promise<Uint8Array | Response> {
  const reader = request.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    void reader.cancel();
  }, limits.timeoutMs);
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return isLate ? refused(408, "the body took too long") : concat(pieces);
      bytes += value.length;
      if (bytes > limits.bodyBytes) return refused(413, "the body is too long");
      pieces.push(value);
    }
  } catch {
    // The client has gone, or has broken off the body.
    return refused(400, "the body is not whole");
  } finally {
    clearTimeout(timer);
  }
}

function refused(status: number, message: string): Response {
  return closing(Response.json({ message }, { status }));
}

/** Ends the connection with this response: the rest of a refused request is not read. */
function closing(response: Response): Response {
  response.headers.set("connection", "close");
  return response;
}
