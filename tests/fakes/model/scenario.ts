/** The answers of the model server. The conversation alone chooses one, so that a retry gets the same answer. */

/** One answer of the model. */
export type Step =
  | { readonly say: string }
  /** Calls the program's tool for shell commands. */
  | { readonly shell: string }
  | Failure;

/** A failure in place of an answer. `limit` is a usage limit that ends after `resets_in_s` seconds. */
export type Failure =
  | { readonly fail: "429" | "500" | "auth" | "hang" | "cut" }
  | { readonly fail: "limit"; readonly resets_in_s: number };

/** The answers to one kind of conversation. */
export interface Script {
  readonly name: string;
  /** The script answers a conversation in which a user message contains this text. */
  readonly when: string;
  /** The first answer, the second, and so on. */
  readonly steps: readonly Step[];
}

export interface Scenario {
  readonly scripts: readonly Script[];
}

/** The tokens of a bill. `input` does not include those read from or written to a cache. */
export interface Tokens {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/** The parts of a request that choose the answer. */
export interface Asked {
  readonly model: string;
  readonly streaming: boolean;
  /** The user messages, oldest first, without the results of tools. */
  readonly said: readonly string[];
  /** The number of answers that the model has given in this conversation. */
  readonly answers: number;
  /** The names of the tools that the program offers. */
  readonly tools: readonly string[];
}

/** A call of one of the program's tools. */
export interface ToolCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** An answer that succeeds. */
export type Reply = { readonly text: string } | { readonly tool: ToolCall };

/** An answer and the script it is from. A request that no script matches gets a short text. */
export interface Answer {
  readonly script: string | undefined;
  readonly reply: Reply | Failure;
}

/** Chooses the answer. `{{colour}}` in a text becomes the word after the last `colour:` in a user message. */
export function answerTo({ scripts }: Scenario, asked: Asked): Answer {
  // opencode also asks for a title of the conversation.
  const [first = ""] = asked.said;
  const scriptsFor = first.startsWith("Generate a title") ? [] : scripts;
  const script = scriptsFor.find(({ when }) => asked.said.some((text) => text.includes(when)));
  if (script === undefined) return { script: undefined, reply: { text: "Fine." } };
  const step = script.steps[asked.answers] ?? { say: "There is nothing more to do." };
  return { script: script.name, reply: replyOf(step, asked) };
}

function replyOf(step: Step, asked: Asked): Reply | Failure {
  if ("fail" in step) return step;
  const wordAfter = (name: string) => {
    const pattern = new RegExp(`\\b${name}: (\\w+)`);
    return asked.said.map((text) => pattern.exec(text)?.[1]).findLast((word) => word !== undefined) ?? "unknown";
  };
  const filled = (text: string) => text.replace(/\{\{(\w+)\}\}/g, (_whole, name: string) => wordAfter(name));
  if ("say" in step) return { text: filled(step.say) };
  const tool = shellTool(asked.tools, filled(step.shell));
  return tool === undefined ? { text: "I was given no tool to run a command." } : { tool };
}

/** The programs' tools for shell commands, by name: the input that runs a command. */
const SHELLS: Readonly<Record<string, (command: string) => Readonly<Record<string, unknown>>>> = {
  Bash: (command) => ({ command, description: "One step of the work" }),
  bash: (command) => ({ command, description: "One step of the work" }),
  exec_command: (cmd) => ({ cmd }),
  shell_command: (command) => ({ command }),
  shell: (command) => ({ command: ["bash", "-c", command] }),
};

function shellTool(offered: readonly string[], command: string): ToolCall | undefined {
  const name = Object.keys(SHELLS).find((it) => offered.includes(it));
  const input = name === undefined ? undefined : SHELLS[name]?.(command);
  return name === undefined || input === undefined ? undefined : { name, input };
}
