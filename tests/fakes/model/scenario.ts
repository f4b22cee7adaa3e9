/** The answers of the model server: data, chosen by the conversation alone, so that a retry gets the same answer. */

/** One answer of the model. */
export type Step =
  | { readonly say: string }
  /** Runs a command with whichever tool for that the program offers. */
  | { readonly shell: string }
  | Failure;

/** An answer that goes wrong on purpose. `limit` is a usage limit that ends so many seconds later. */
export type Failure =
  | { readonly fail: "429" | "500" | "auth" | "hang" | "cut" }
  | { readonly fail: "limit"; readonly resets_in_s: number };

/** The answers to a conversation that begins with a text like this: the first, the second, and so on. */
export interface Script {
  readonly name: string;
  /** A part of what the program says first. */
  readonly when: string;
  readonly steps: readonly Step[];
}

export interface Scenario {
  readonly scripts: readonly Script[];
}

/** Tokens as a bill counts them: those from and into a cache are not in `input`. */
export interface Tokens {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/** The part of a request that decides the answer. */
export interface Asked {
  readonly model: string;
  readonly streaming: boolean;
  /** The texts of the user's side, oldest first, without results of tools. */
  readonly said: readonly string[];
  /** The number of answers in this conversation so far. */
  readonly answers: number;
  /** The tools on offer, by name. */
  readonly tools: readonly string[];
}

/** A tool to be called, in the words of the program that offers it. */
export interface ToolCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** An answer that goes well. */
export type Reply = { readonly text: string } | { readonly tool: ToolCall };

/** The answer and its script. A side call without a script gets a short text. */
export interface Answer {
  readonly script: string | undefined;
  readonly reply: Reply | Failure;
}

/** Chooses the answer. `{{colour}}` in a text is the word after `colour:` in what the user's side said last of that. */
export function answerTo({ scripts }: Scenario, asked: Asked): Answer {
  // opencode wants a title for what it was told.
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

/** How each program calls its tool for commands, and what it takes. */
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
