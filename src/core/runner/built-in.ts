/** A model CLI, as the shell commands that start it. */
export interface Runner {
  /** One decision, made and carried out (agent mode): the prompt comes on standard input. */
  readonly tick?: string;
  /** One decision, only said (typed mode): the prompt comes the same way, one move goes to standard output. */
  readonly decide?: string;
  /** A worker; `{{prompt_file}}` stands for the path of its prompt, quoted for the shell. */
  readonly interactive?: string;
  /** What a person types, with a session's id behind it, to go on with one. */
  readonly resume?: string;
}

/** Where the path of a worker's prompt goes in {@linkcode Runner.interactive}. */
export const PROMPT_FILE = "{{prompt_file}}";

/** The prompt as one word. A single argument holds 128 KiB on Linux, which is why ticks read standard input instead. */
const PROMPT = `"$(cat ${PROMPT_FILE})"`;

/** claude refuses to skip its permissions for root unless told that it runs in a sandbox; for others this says no. */
const CLAUDE = "IS_SANDBOX=$((EUID==0)) claude --dangerously-skip-permissions";

/** Nobody is there to tell claude that it may trust the data folder; a worker that may do all gains nothing by it. */
const TRUSTED = "CLAUDE_CODE_SANDBOXED=1";

/**
 * A typed decision is made without tools, in an empty folder, without the settings, hooks and memory files of the person:
 * nothing but the prompt shall speak to the model.
 */
const ASK_CLAUDE =
  'claude -p --tools "" --strict-mcp-config --setting-sources "" --no-session-persistence --output-format stream-json --verbose';

/** A title of ours saves opencode a call; its log is where it says what is wrong while it tries again and again. */
const TELLS = "--title looop --print-logs --log-level ERROR";

/** opencode's own agent for planning may still run commands: this one is without any tool. */
const ASK_OPENCODE =
  'OPENCODE_DISABLE_CLAUDE_CODE=1 OPENCODE_DISABLE_PROJECT_CONFIG=1 OPENCODE_CONFIG_CONTENT=\'{"agent":{"looop":{"mode":"primary","tools":{"*":false},"permission":{"*":"deny"}}}}\' opencode run';

/** The runners that need no configuration; looop reads and meters their event streams. They stand the order they are looked for. A config may replace each command. */
export const BUILT_IN: Readonly<Record<string, Runner>> = {
  claude: {
    tick: `${CLAUDE} -p --output-format stream-json --verbose --model sonnet`,
    decide: `${ASK_CLAUDE} --model sonnet`,
    interactive: `${TRUSTED} ${CLAUDE} ${PROMPT}`,
    resume: "claude --resume",
  },
  pi: {
    tick: "pi -p --mode json -ne --model claude-sonnet-4-5 --thinking low",
    decide: "pi -p --mode json -ne -ns -np -nc --no-tools --no-session --model claude-sonnet-4-5 --thinking low",
    interactive: `pi --thinking medium @${PROMPT_FILE}`,
    resume: "pi --session",
  },
  codex: {
    tick: "codex exec --json --skip-git-repo-check --dangerously-bypass-approvals-and-sandbox -",
    decide: "codex exec --json --sandbox read-only --ephemeral --skip-git-repo-check -c project_doc_max_bytes=0 -",
    interactive: `codex --dangerously-bypass-approvals-and-sandbox ${PROMPT}`,
    resume: "codex resume",
  },
  opencode: {
    tick: `opencode run --format json --auto ${TELLS}`,
    decide: `${ASK_OPENCODE} --pure --format json --agent looop ${TELLS}`,
    interactive: `opencode --auto --prompt ${PROMPT}`,
    resume: "opencode --session",
  },
  offline: {
    tick: `"$LOOOP_BIN" _offline`,
    decide: `"$LOOOP_BIN" _offline --typed`,
    interactive: `"$LOOOP_BIN" _offline --work ${PROMPT_FILE}`,
  },
};

/** How each model CLI is installed. */
export const INSTALL: Readonly<Record<string, string>> = {
  claude: "npm install -g @anthropic-ai/claude-code",
  pi: "npm install -g @mariozechner/pi-coding-agent",
  codex: "npm install -g @openai/codex",
  opencode: "npm install -g opencode-ai",
};

/** What is written as `default` into a new config: the first model CLI that is there, else claude. */
export function defaultRunner(isThere: (program: string) => boolean): string {
  return Object.keys(INSTALL).find(isThere) ?? "claude";
}

/** How a beat decides. A config that does not say means `agent`, as in 0.3; one that looop makes says `typed`. */
export type DecideMode = "typed" | "agent";
/** Whether a command costs nothing by its nature: looop's own rules call no model. */
export function isFree(command: string): boolean {
  return Object.values(BUILT_IN["offline"] ?? {}).includes(command);
}
