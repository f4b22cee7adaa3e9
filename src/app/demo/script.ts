/** What the demo shows, step by step. Every command in it is really run, or its file really read. */
import { slug } from "../../core/offline.ts";
import { shellQuote } from "../../core/shell.ts";
import type { Stage } from "./stage.ts";

/** What happens in the demo's world: a line in the profile's inbox. */
const ITEM = "Call the plumber before Friday";

/** The steps in their order; each stands alone, so that a reader who leaves early stops it early. */
export const STEPS: readonly ((stage: Stage) => Promise<void> | void)[] = [first, second, third, memory, places];

async function first(stage: Stage): Promise<void> {
  stage.say(
    "",
    "1. A first beat. The sensors look at the world. All of it is new, so the runner is asked, and makes one move.",
  );
  await stage.looop("tick");
  stage.say("", "   The move was a report. The folder itself was only read.");
  stage.cat("reports/folder.md");
}

async function second(stage: Stage): Promise<void> {
  stage.say("", "2. A second beat. Nothing changed, so nobody is asked and nothing is spent.");
  await stage.looop("tick");
  if (stage.events().at(-1) === "world_unchanged") return;
  stage.say("", "   Something in your folder did change meanwhile, so this beat was not skipped.");
}

async function third(stage: Stage): Promise<void> {
  stage.say("", "3. Something happens: a line comes into the inbox, a file of the profile that a sensor reads.");
  stage.append("inbox.txt", ITEM);
  stage.show(`echo ${shellQuote(ITEM)} >> inbox.txt`, "");
  await stage.looop("tick");
  const prompt = `${stage.lastRun()}/prompt.md`;
  stage.say("", "   The runner was told what changed. Every prompt is kept, so you can see what a beat knew:");
  const told = stage.read(prompt).match(/^=== WHAT CHANGED ===\n[\s\S]*?(?=\n\n|$)/m)?.[0] ?? "";
  stage.show(`sed -n '/=== WHAT CHANGED/,/^$/p' ${prompt}`, told);
  stage.say("", "   And its move was a goal, which every later beat will see:");
  stage.cat(`goals/${slug(ITEM)}.md`);
}

async function memory(stage: Stage): Promise<void> {
  const events = stage.events();
  const count = (name: string) => events.filter((event) => event === name).length;
  stage.say(
    "",
    `4. What is left is plain files. ${count("tick_start")} beats, ${count("decided")} moves, ${count("world_unchanged")} skipped:`,
  );
  stage.cat("journal.md");
  stage.show(`grep -o '"event":"[a-z_]*"' events.jsonl`, events.map((event) => `"event":"${event}"`).join("\n"));
  await stage.looop("cost");
}

function places(stage: Stage): void {
  const [root, looop] = [shellQuote(stage.profile.root), stage.command()];
  stage.say(
    "",
    "5. Where everything lies. Nothing is left running, and nothing outside this folder was written:",
    "",
    `    ${stage.profile.root}`,
    "    PLAYBOOK.md     the rules a runner follows: yours to write",
    "    goals/          what should be true, a file each",
    "    sensors/        what looks at the world, a script each",
    "    snapshots/      what the sensors saw last",
    "    reports/        what was written for you",
    "    runs/           each beat's prompt and output",
    "    journal.md      what was done, a line each",
    "    events.jsonl    what happened, for programs",
    "    cost.jsonl      what each call cost, for programs",
    "    looop.toml      the settings",
    "",
    "The runner was `offline`: a few written rules, not a model. It reads the same prompt a model would get, but it",
    "understands three kinds of readings and nothing else. With claude, pi, codex or opencode installed, looop asks that.",
    "",
    "Go on in this profile; or read the manual and begin your own, which starts with a setup goal; or clear up:",
    "",
    `    export LOOOP_DATA_DIR=${root} LOOOP_CONFIG=${root}/looop.toml`,
    `    ${looop} tick`,
    "",
    `    ${looop} help`,
    `    ${looop} run`,
    "",
    `    rm -r ${root}`,
  );
}
