import { defineCommand } from "citty";
import { askStates, openMailbox } from "../app/mailbox/mailbox.ts";
import { resolveAsk } from "../app/mailbox/resolve.ts";
import { type App, openApp } from "../app/open.ts";
import { PERSON_OPTION, requirePerson } from "../app/person.ts";
import type { Ask } from "../core/mailbox/ask.ts";
import { workerOf } from "../core/mailbox/ask-rows.ts";
import { plainLine } from "../core/text.ts";

export const command = defineCommand({
  args: {
    ask: { type: "positional", required: true, description: "the question's id, from `looop asks`" },
    text: {
      type: "positional",
      required: false,
      valueHint: "...",
      description: "the answer; words are joined; without it, or with -, reads standard input",
    },
    ...PERSON_OPTION,
  },
  run: ({ args }) => runAnswer(openApp(), args.ask, args._.slice(1).join(" "), args["yes-i-am-the-person"] === true),
});

export const manual = {
  about: [
    "Answers a question once: a second answer is refused with exit code 5. If the question lists options, the answer must be",
    "one of them. A move that waits for approval takes yes or no, for seven days (then exit 7). Only the person may answer:",
    "no worker, no runner, and without a terminal only with --yes-i-am-the-person.",
  ].join("\n"),
  examples: [
    ["looop answer k7m2q postgres", "answer in a word"],
    ["looop answer k7m2q - <reply.md", "answer from a file"],
    ["looop answer mp3x9d yes", "approve a pending move"],
  ],
} as const;

/** Answers an ask. */
export async function runAnswer(app: App, id: string, text: string, isSure: boolean): Promise<void> {
  requirePerson(app, "answer", isSure);
  const mailbox = await openMailbox(app);
  const answer = text === "" || text === "-" ? app.input() : text;
  const ask = resolveAsk(app, mailbox, id.toLowerCase(), answer, "answer");
  app.output.data(`answered ${ask.id}${readerText(ask, askStates(mailbox.store)(ask))}`);
}

/** Says who reads the answer. */
function readerText(ask: Ask, state: "live" | "stranded"): string {
  if (ask.kind === "approval") return ": the next beat acts on it";
  if (ask.kind !== "worker") return ": the next beat reads it";
  const worker = plainLine(workerOf(ask) ?? "");
  return state === "live" ? ` for ${worker}` : `: ${worker} is gone, so the next beat reads it`;
}
