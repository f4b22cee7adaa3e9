/** What the demo shows, step by step. Every command in it is really run, or its file really read. */
import { slug } from "../../core/offline.ts";
import { shellQuote } from "../../core/shell.ts";
import type { Stage } from "./stage.ts";

/** What happens in the demo's world: a line in the profile's inbox. */
const ITEM = "Look for loose ends";
const WORKER = slug(ITEM);
const ANSWER = "Leave them to me";

/** The steps in their order; each stands alone, so that a reader who leaves early stops it early. */
export const STEPS: readonly ((stage: Stage) => Promise<void> | void)[] = [
  first,
  second,
  third,
  asked,
  answered,
  ended,
  memory,
  places,
];

async function first(stage: Stage): Promise<void> {
  stage.say(
    "",
    "1. A first beat. The sensors look at the world. All of it is new, so the runner is asked, and makes one move.",
  );
  await stage.looop("tick");
}

async function second(stage: Stage): Promise<void> {
  stage.say("", "2. A second beat. Nothing changed, so nobody is asked and nothing is spent.");
  await stage.looop("tick");
  sayWhetherSkipped(stage);
}

async function third(stage: Stage): Promise<void> {
  stage.say("", "3. Something happens: a line comes into the inbox, a file of the profile that a sensor reads.");
  stage.append("inbox.txt", ITEM);
  stage.show(`echo ${shellQuote(ITEM)} >> inbox.txt`, "");
  await stage.looop("tick");
  stage.say("", "   The move was to start a worker: a program in a terminal of its own, which outlives this one.");
  await stage.waitFor("the worker's question", () => stage.crew.hasFlag(WORKER));
  await stage.looop("log", WORKER);
}

async function asked(stage: Stage): Promise<void> {
  stage.say("", "4. It read the folder, wrote a report, and raised a flag. Every beat puts that in front of you:");
  await stage.looop("tick");
  await stage.looop("ls");
}

async function answered(stage: Stage): Promise<void> {
  stage.say("", `5. You answer: sit down at it with \`looop attach\`, or type into it from where you are.`);
  await stage.looop("send", WORKER, ANSWER);
  await stage.waitFor("the worker's end", () => !stage.crew.isAlive(WORKER));
  const report = `reports/${WORKER}.md`;
  stage.show(`tail -n 1 ${report}`, stage.read(report).trimEnd().split("\n").at(-1) ?? "");
}

async function ended(stage: Stage): Promise<void> {
  stage.say("", "6. With its answer it ended itself. The next beat is shown how; the one after that is skipped again.");
  await stage.looop("tick");
  const prompt = `${stage.lastRun()}/prompt.md`;
  const told = stage.read(prompt).match(/^=== WORKER SESSIONS.*\n[\s\S]*?(?=\n\n)/m)?.[0] ?? "";
  stage.show(`sed -n '/=== WORKER SESSIONS/,/^$/p' ${prompt}`, told);
  await stage.looop("tick");
  sayWhetherSkipped(stage);
}

function sayWhetherSkipped(stage: Stage): void {
  if (stage.events().at(-1) === "world_unchanged") return;
  stage.say("", "   Something in your folder did change meanwhile, so this beat was not skipped.");
}

async function memory(stage: Stage): Promise<void> {
  const events = stage.events();
  const count = (name: string) => events.filter((event) => event === name).length;
  stage.say(
    "",
    `7. What is left is plain files. ${count("tick_start")} beats, ${count("decided")} moves, ${count("world_unchanged")} skipped:`,
  );
  stage.cat("journal.md");
  await stage.looop("cost");
}

function places(stage: Stage): void {
  const [root, looop] = [shellQuote(stage.profile.root), stage.command()];
  stage.say(
    "",
    "8. Where everything lies. Nothing is left running, and nothing outside this folder was written:",
    "",
    `    ${stage.profile.root}`,
    "    PLAYBOOK.md     the rules a runner follows: yours to write",
    "    goals/          what should be true, a file each; sensors/ look whether it is",
    "    sessions/       each worker's record and all it printed",
    "    reports/        what was written for you",
    "    runs/           each beat's prompt and output",
    "    journal.md      what was done; events.jsonl and cost.jsonl say it to programs",
    "",
    "The runner was `offline`: rules that understand very little. With claude, pi, codex or opencode, looop asks that.",
    "",
    `Go on in this profile; or begin your own with \`${looop} run\`; or clear up:`,
    "",
    `    export LOOOP_DATA_DIR=${root} LOOOP_CONFIG=${root}/looop.toml`,
    `    ${looop} tick`,
    `    rm -r ${root}`,
  );
}
