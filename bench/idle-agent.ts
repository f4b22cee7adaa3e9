/**
 * A minimal agent. It sends the prompt on stdin to a model on loopback, reads one streamed answer, does what it says, and
 * reports the usage in the format of claude.
 * Usage: bun bench/idle-agent.ts URL MODEL [tools]
 */
import { spawnSync } from "node:child_process";
import process from "node:process";

const SHELL = { name: "Bash", description: "Runs a command", input_schema: { type: "object" } };

interface StreamEvent {
  readonly type: string;
  readonly message?: { readonly usage: Readonly<Record<string, number>> };
  readonly content_block?: { readonly name?: string };
  readonly delta?: { readonly text?: string; readonly partial_json?: string };
  readonly usage?: Readonly<Record<string, number>>;
}

const [url = "", model = "", tools] = process.argv.slice(2);
const response = await fetch(`${url}/v1/messages`, {
  method: "POST",
  headers: { "content-type": "application/json", "anthropic-version": "2023-06-01" },
  body: JSON.stringify({
    ...{ model, max_tokens: 1_000, stream: true, tools: tools === undefined ? [] : [SHELL] },
    messages: [{ role: "user", content: await Bun.stdin.text() }],
  }),
});
if (!response.ok || response.body === null) {
  process.stderr.write(`The model answered ${response.status}: ${await response.text()}\n`);
  process.exit(1);
}

let [text, input, isTool, usage] = ["", "", false, {}];
for await (const event of eventsOf(response.body)) {
  isTool ||= event.content_block?.name === SHELL.name;
  text += event.delta?.text ?? "";
  input += event.delta?.partial_json ?? "";
  usage = { ...usage, ...event.message?.usage, ...event.usage };
}
if (isTool) {
  const { command } = JSON.parse(input) as { readonly command: string };
  const { status } = spawnSync("sh", ["-c", command], { stdio: ["ignore", 2, 2] });
  if (status !== 0) process.exit(1);
}
process.stdout.write(`${JSON.stringify({ type: "result", subtype: "success", result: text, usage })}\n`);

/** Yields the server-sent events of a body as they arrive. */
async function* eventsOf(body: AsyncIterable<Uint8Array>): AsyncIterable<StreamEvent> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of body) {
    const parts = (rest + decoder.decode(bytes, { stream: true })).split("\n\n");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const data = part.split("\n").find((line) => line.startsWith("data: "));
      if (data !== undefined) yield JSON.parse(data.slice("data: ".length)) as StreamEvent;
    }
  }
}
