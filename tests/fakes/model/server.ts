/**
 * A model on loopback. It serves the three APIs that the model CLIs use, answers or fails as its scenario says, and counts
 * tokens. Run it alone with: bun tests/fakes/model/server.ts SCENARIO.json [PORT]
 */
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { anthropic } from "./anthropic.ts";
import { chat } from "./chat.ts";
import { responses } from "./responses.ts";
import { type Answer, type Asked, answerTo, type Failure, type Reply, type Scenario, type Tokens } from "./scenario.ts";
import type { Body, Dialect } from "./wire.ts";

/** One request for an answer. */
export interface Request {
  readonly path: string;
  /** The script that answered; undefined for a side call, such as one for a title. */
  readonly script: string | undefined;
  /** The failure that the scenario asked for, if it did. */
  readonly failed: Failure["fail"] | undefined;
  readonly model: string;
  readonly tools: readonly string[];
  /** The billed tokens; 0 when it failed. */
  readonly tokens: Tokens;
  readonly body: Body;
}

/** The tokens of an answer: always the same, or by request. */
export type Bill = Tokens | ((asked: Asked) => Tokens);

export interface ModelServer {
  readonly port: number;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** All requests for an answer so far, oldest first. */
  readonly requests: readonly Request[];
  /** Returns all tokens that were billed so far. */
  tokens(): Tokens;
  /** Answers from another scenario from now on: a name in scenarios/, or data. Keeps the requests and the tokens. */
  play(scenario: Scenario | string): void;
  /** Sets the tokens of each answer from now on. */
  bill(tokens: Bill): void;
  close(): Promise<void>;
}

const DIALECTS: Readonly<Record<string, Dialect>> = {
  "/v1/messages": anthropic,
  "/v1/responses": responses,
  // codex uses this path with a ChatGPT subscription.
  "/codex/responses": responses,
  "/v1/chat/completions": chat,
};

const DEFAULT_BILL: Tokens = { input: 1_000, output: 100, cacheRead: 2_000, cacheWrite: 0 };
const NO_TOKENS: Tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

/** Reads a scenario by the name of its file. */
export function scenarioNamed(name: string): Scenario {
  return JSON.parse(readFileSync(join(import.meta.dirname, "scenarios", `${name}.json`), "utf8")) as Scenario;
}

/** Starts a server on loopback, by default on a free port. */
export async function startModelServer(scenario: Scenario | string, port = 0): Promise<ModelServer> {
  const requests: Request[] = [];
  let playing: Scenario = { scripts: [] };
  let billed = NO_TOKENS;
  let bill: Bill = DEFAULT_BILL;
  const play = (next: Scenario | string) => {
    playing = typeof next === "string" ? scenarioNamed(next) : next;
  };
  play(scenario);

  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? "/", "http://loopback").pathname;
    const dialect = DIALECTS[path];
    const text = await bodyOf(request);
    if (dialect === undefined || request.method !== "POST") return answerOther(response, path);
    const body = JSON.parse(text) as Body;
    const asked = dialect.asked(body);
    const { script, reply } = answerTo(playing, asked);
    const failed = "fail" in reply ? reply.fail : undefined;
    const price = typeof bill === "function" ? bill(asked) : bill;
    const tokens = failed === undefined ? price : NO_TOKENS;
    requests.push({ path, script, failed, model: asked.model, tools: asked.tools, tokens, body });
    billed = sum(billed, tokens);
    const facts = { id: `${requests.length}`.padStart(8, "0"), model: asked.model, tokens: price };
    deliver({ dialect, response, reply, facts, streaming: asked.streaming });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const { port: taken } = server.address() as AddressInfo;
  return {
    port: taken,
    url: `http://127.0.0.1:${taken}`,
    requests,
    tokens: () => billed,
    play,
    bill: (tokens) => {
      bill = tokens;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Delivery {
  readonly dialect: Dialect;
  readonly response: ServerResponse;
  readonly reply: Answer["reply"];
  readonly facts: Parameters<Dialect["events"]>[1];
  readonly streaming: boolean;
}

function deliver({ dialect, response, reply, facts, streaming }: Delivery): void {
  if ("fail" in reply) {
    if (reply.fail === "hang") return;
    if (reply.fail === "cut") return cutOff(response, dialect.events(CUT_REPLY, facts));
    const { status, headers, body } = dialect.error(reply, Date.now());
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(body);
    return;
  }
  if (!streaming) {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(dialect.whole(reply, facts));
    return;
  }
  response.writeHead(200, STREAM);
  for (const event of dialect.events(reply, facts)) response.write(event);
  response.end();
}

const STREAM = { "content-type": "text/event-stream", "cache-control": "no-cache" };
const CUT_REPLY: Reply = { text: "I was about to say" };

/** Sends the first events of an answer, then closes the connection. */
function cutOff(response: ServerResponse, events: readonly string[]): void {
  response.writeHead(200, STREAM);
  response.write(events.slice(0, 3).join(""), () => response.destroy());
}

/** Answers a request that is not for an answer: a count of tokens, a list of models, a probe. */
function answerOther(response: ServerResponse, path: string): void {
  const isCount = path === "/v1/messages/count_tokens";
  response.writeHead(isCount || path === "/" ? 200 : 404, { "content-type": "application/json" });
  response.end(JSON.stringify(isCount ? { input_tokens: 1 } : {}));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function sum(one: Tokens, other: Tokens): Tokens {
  return {
    input: one.input + other.input,
    output: one.output + other.output,
    cacheRead: one.cacheRead + other.cacheRead,
    cacheWrite: one.cacheWrite + other.cacheWrite,
  };
}

if (import.meta.main) {
  const [file = "", port = "0"] = process.argv.slice(2);
  const server = await startModelServer(JSON.parse(readFileSync(file, "utf8")) as Scenario, Number(port));
  process.stdout.write(`${server.url}\n`);
}
