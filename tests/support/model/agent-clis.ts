/** The model CLIs that people run, as they are installed from their packages, and how each is pointed at a server. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface Cli {
  readonly name: "claude" | "pi" | "codex" | "opencode";
  /** Its npm package, and the release that these tests were written for. */
  readonly package: string;
  readonly version: string;
  /** Writes what it wants to find in HOME, and returns what it wants in its environment. */
  pointAt(url: string, home: string): Readonly<Record<string, string>>;
}

export const CLIS: readonly Cli[] = [
  {
    name: "claude",
    package: "@anthropic-ai/claude-code",
    version: "2.1.197",
    pointAt: (url, home) => {
      // What its first-run questions would have written.
      place(join(home, ".claude.json"), {
        hasCompletedOnboarding: true,
        bypassPermissionsModeAccepted: true,
        customApiKeyResponses: { approved: [KEY.slice(-20)], rejected: [] },
      });
      return {
        ANTHROPIC_BASE_URL: url,
        ANTHROPIC_API_KEY: KEY,
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
        CLAUDE_CODE_MAX_RETRIES: "1",
      };
    },
  },
  {
    name: "pi",
    package: "@mariozechner/pi-coding-agent",
    version: "0.73.1",
    pointAt: (url, home) => {
      place(join(home, ".pi/agent/models.json"), {
        providers: { anthropic: { baseUrl: url }, "openai-codex": { baseUrl: url } },
      });
      place(join(home, ".pi/agent/settings.json"), { retry: { maxRetries: 1, baseDelayMs: 100 } });
      return { ANTHROPIC_API_KEY: KEY, PI_OFFLINE: "1" };
    },
  },
  {
    name: "codex",
    package: "@openai/codex",
    version: "0.169.0",
    pointAt: (url, home) => {
      place(
        join(home, ".codex/config.toml"),
        `model = "gpt-5.3-codex"
model_provider = "stub"
check_for_update_on_startup = false

[model_providers.stub]
name = "stub"
base_url = "${url}/v1"
wire_api = "responses"
env_key = "STUB_API_KEY"
request_max_retries = 1
stream_max_retries = 1
`,
      );
      return { STUB_API_KEY: KEY };
    },
  },
  {
    name: "opencode",
    package: "opencode-ai",
    version: "1.18.33",
    pointAt: (url, home) => {
      place(join(home, ".config/opencode/opencode.json"), {
        model: "stub/m1",
        small_model: "stub/m1",
        autoupdate: false,
        share: "disabled",
        provider: {
          stub: {
            npm: "@ai-sdk/openai-compatible",
            options: { baseURL: `${url}/v1`, apiKey: KEY },
            models: { m1: { name: "m1", cost: { input: 3, output: 15, cache_read: 0.3, cache_write: 3.75 } } },
          },
        },
      });
      return {
        OPENCODE_DISABLE_AUTOUPDATE: "1",
        OPENCODE_DISABLE_MODELS_FETCH: "1",
        OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
      };
    },
  },
];

/** Makes claude a subscriber: only those have limits that say when they end. */
export const SUBSCRIBER = { CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat01-stand-in-0123456789abcdef", ANTHROPIC_API_KEY: "" };

/** How pi decides with a ChatGPT subscription, which has limits that say when they end. */
export const CHATGPT = `pi -p --mode json -ne --provider openai-codex --model gpt-5.3-codex --api-key ${token()}`;

/** A token that opens nothing, of the form that pi reads an account out of. */
function token(): string {
  const claims = { "https://api.openai.com/auth": { chatgpt_account_id: "an-account" } };
  return ["e30", Buffer.from(JSON.stringify(claims)).toString("base64url"), "c2ln"].join(".");
}

/** A key that opens nothing. */
const KEY = "sk-stand-in-0123456789abcdefghijklmnopqrstuvwxyz";

function place(file: string, content: object | string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === "string" ? content : `${JSON.stringify(content, null, 2)}\n`);
}
