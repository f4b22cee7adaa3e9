import { EXIT, LooopError } from "../../core/error.ts";

/** Posts `body` as JSON and waits at most `timeoutMs` for the response. Throws when its status is not a success. */
export async function postJson(url: string, body: object, timeoutMs: number): Promise<void> {
  const failed = (state: string) =>
    new LooopError({
      message: `Cannot send to ${url}: ${state}`,
      hint: "Check that it listens there",
      exit: EXIT.failed,
    });
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
  } catch (error) {
    throw failed(error instanceof Error ? error.message : String(error));
  }
  if (!response.ok) throw failed(`it answered ${response.status}`);
}
