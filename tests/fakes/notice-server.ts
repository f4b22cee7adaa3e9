/**
 * A server on loopback that takes notices: ntfy's publishing (docs.ntfy.sh, and what its server 2.x was seen to answer),
 * Telegram's `sendMessage`, and any webhook. It keeps what it took.
 */
import { onTestFinished } from "bun:test";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface Taken {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what was sent is what is tested
  readonly body: any;
}

export interface NoticeServer {
  readonly url: string;
  /** The requests that were answered with success, in order. */
  readonly taken: readonly Taken[];
  /** The count of requests that were refused. */
  refused(): number;
  /** The count of calls of `/alive/…`, which are never refused and not kept. */
  alive(): number;
  /** Sets the status of all following answers; undefined for the usual ones. */
  refuseWith(status: number | undefined): void;
}

/** The token that its ntfy wants. */
export const NTFY_TOKEN = "tk_test0123456789";
/** The token of its Telegram bot. */
export const BOT_TOKEN = "123456:bot-secret";

const json = (status: number, value: object) => ({ status, text: JSON.stringify(value) });

/** Serves until the test ends. */
export async function noticeServer(): Promise<NoticeServer> {
  const taken: Taken[] = [];
  let refused = 0;
  let alive = 0;
  let forced: number | undefined;
  const server = createServer(async (request, response) => {
    let text = "";
    request.setEncoding("utf8");
    for await (const chunk of request) text += chunk;
    const one: Taken = { path: request.url ?? "", headers: request.headers, text, body: parsed(text) };
    if (one.path.startsWith("/alive/")) {
      alive++;
      response.writeHead(200).end("OK");
      return;
    }
    const answer = forced === undefined ? answerTo(one) : json(forced, { code: forced * 100 + 1, http: forced });
    if (answer.status === 200) taken.push(one);
    else refused++;
    response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.text);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    taken,
    refused: () => refused,
    alive: () => alive,
    refuseWith: (status) => {
      forced = status;
    },
  };
}

function answerTo({ body, headers, path }: Taken) {
  if (path === "/") return publish(body, headers.authorization);
  if (path.startsWith("/bot")) return sendMessage(path, body);
  return json(200, {});
}

function publish(body: Taken["body"], authorization: string | undefined) {
  if (body === undefined)
    return json(400, { code: 40_017, http: 400, error: "invalid request: request body must be message JSON" });
  if (!/^[-_A-Za-z0-9]{1,64}$/.test(`${body.topic}`))
    return json(400, { code: 40_009, http: 400, error: "invalid request: topic invalid" });
  if (authorization === undefined) return json(403, { code: 40_301, http: 403, error: "forbidden" });
  if (authorization !== `Bearer ${NTFY_TOKEN}`) return json(401, { code: 40_101, http: 401, error: "unauthorized" });
  if (![1, 2, 3, 4, 5].includes(body.priority))
    return json(400, { code: 40_007, http: 400, error: "invalid request: priority invalid" });
  const time = 1_764_590_400;
  return json(200, { id: "hwQ2YpKdmg", time, expires: time + 43_200, event: "message", ...body });
}

function sendMessage(path: string, body: Taken["body"]) {
  if (path !== `/bot${BOT_TOKEN}/sendMessage`)
    return json(401, { ok: false, error_code: 401, description: "Unauthorized" });
  const isSendable = typeof body?.text === "string" && body.text !== "" && body.text.length <= 4_096;
  if (!isSendable) return json(400, { ok: false, error_code: 400, description: "Bad Request: message is too long" });
  return json(200, { ok: true, result: { message_id: 1, chat: { id: body.chat_id } } });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
