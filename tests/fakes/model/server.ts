/**
 * A model on loopback: it speaks the three APIs that model CLIs speak, answers from a scenario, counts, and fails when
 * the scenario says so. Alone: bun tests/fakes/model/server.ts SCENARIO.json [PORT]
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
  /** Which script answered; undefined for a side call such as a title. */
  readonly script: string | undefined;
  /** The failure that the scenario wanted, if any. */
  readonly failed: Failure["fail"] | undefined;
  readonly model: string;
  readonly tools: readonly string[];
  /** Its bill; nothing when it failed. */
  readonly tokens: Tokens;
  /** The body as it came. */
  readonly body: Body;
}

/** The bill of an answer. */
export type Bill = Tokens | ((asked: Asked) => Tokens);

export interface ModelServer {
  readonly port: number;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Every request for an answer so far, oldest first. */
  readonly requests: readonly Request[];
  /** Returns the whole bill so far, as the server counts it. */
  tokens(): Tokens;
  /** From now on it answers from this scenario: a name in scenarios/, or data. Nothing is forgotten. */
  play(scenario: Scenario | string): void;
  /** Sets the bill of each later answer: a constant, or by the request. */
  bill(tokens: Bill): void;
  close(): Promise<void>;
}

const DIALECTS: Readonly<Record<string, Dialect>> = {
  "/v1/messages": anthropic,
  "/v1/responses": responses,
  // Where a ChatGPT subscription is asked.
  "/codex/responses": responses,
  "/v1/chat/completions": chat,
};

/** One answer, unless a test says otherwise. */
const BILL: Tokens = { input: 1_000, output: 100, cacheRead: 2_000, cacheWrite: 0 };
const NOTHING: Tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

/** A scenario by the name of its file. */
export function scenarioNamed(name: string): Scenario {
  return JSON.parse(readFileSync(join(import.meta.dirname, "scenarios", `${name}.json`), "utf8")) as Scenario;
}

/** Starts a server on a free port of loopback, or on the one given. */
export async function startModelServer(scenario: Scenario | string, port = 0): Promise<ModelServer> {
  const requests: Request[] = [];
  let playing: Scenario = { scripts: [] };
  let billed = NOTHING;
  let bill: Bill = BILL;
  const play = (next: Scenario | string) => {
    playing = typeof next === "string" ? scenarioNamed(next) : next;
  };
  play(scenario);

  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? "/", "http://loopback").pathname;
    const dialect = DIALECTS[path];
    const text = await bodyOf(request);
    if (dialect === undefined || request.method !== "POST") return other(response, path);
    const body = JSON.parse(text) as Body;
    const asked = dialect.asked(body);
    const { script, reply } = answerTo(playing, asked);
    const failed = "fail" in reply ? reply.fail : undefined;
    const price = typeof bill === "function" ? bill(asked) : bill;
    const tokens = failed === undefined ? price : NOTHING;
    requests.push({ path, script, failed, model: asked.model, tools: asked.tools, tokens, body });
    billed = added(billed, tokens);
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
    if (reply.fail === "cut") return cut(response, dialect.events(HALF, facts));
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
const HALF: Reply = { text: "I was about to say" };

/** Half of an answer, and then the line is dead. */
function cut(response: ServerResponse, events: readonly string[]): void {
  response.writeHead(200, STREAM);
  response.write(events.slice(0, 3).join(""), () => response.destroy());
}

/** What programs ask besides: a count of tokens, a list of models, whether anybody is there. */
function other(response: ServerResponse, path: string): void {
  const counts = path === "/v1/messages/count_tokens";
  response.writeHead(counts || path === "/" ? 200 : 404, { "content-type": "application/json" });
  response.end(JSON.stringify(counts ? { input_tokens: 1 } : {}));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function added(one: Tokens, other: Tokens): Tokens {
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
