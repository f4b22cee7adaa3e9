import { EXIT, LooopError } from "../../core/error.ts";

/** Posts `body` as JSON and waits at most `timeoutMs` for the response. Throws when its status is not a success. */
export async function postJson(url: string, body: object, timeoutMs: number): Promise<void> {
  await post({ url, shown: url, headers: {}, body: JSON.stringify(body), timeoutMs });
}

/** A POST of JSON text. */
export interface Post {
  readonly url: string;
  /** The receiver as an error names it: a URL may hold a secret. */
  readonly shown: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
}

/** Posts. Throws when no success is answered in time. */
export async function post({ url, shown, headers, body, timeoutMs }: Post): Promise<void> {
  const failed = (state: string) =>
    new LooopError({
      message: `Cannot send to ${shown}: ${state}`,
      hint: "Check that it listens there",
      exit: EXIT.failed,
    });
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
  } catch (error) {
    throw failed((error instanceof Error ? error.message : String(error)).replaceAll(url, shown));
  }
  if (!response.ok) throw failed(`it answered ${response.status}`);
}
