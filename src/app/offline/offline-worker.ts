import { join, resolve } from "node:path";
import { setting } from "../../core/env.ts";
import { EXIT, LooopError } from "../../core/error.ts";
import { isRecord } from "../../core/json.ts";
import { quoted, SESSION_PREFIX, workerId } from "../../core/names.ts";
import { factsOf } from "../../core/offline/brief.ts";
import {
  chooseFolder,
  type Found,
  firstAnswer,
  foldersIn,
  lineReader,
  questionAbout,
  reportOf,
  screenOf,
} from "../../core/offline/offline-worker.ts";
import { taskOf } from "../../core/session/contract.ts";
import { shellLine } from "../../core/shell/quote.ts";
import { bytesOf, plain } from "../../core/text.ts";
import { localMinute } from "../../core/time.ts";
import { commandPrefix } from "../../store/paths.ts";
import { ignoreQuit } from "../../sys/signals.ts";
import type { App } from "../open.ts";
import { look } from "./read-folder.ts";

/** How long a command of looop's may take, in milliseconds; ending a session takes up to 7 s. */
const COMMAND_MS = 20_000;

/**
 * The worker of the built-in runner, on the terminal of its session. It does what the contract says by the commands the
 * contract names. Returns its exit code, if it is still there when its session has been ended.
 */
export async function workOffline(app: App, promptFile: string): Promise<number> {
  const id = ownId(app);
  // One Ctrl-\ of the two that detach must not be the end of it.
  ignoreQuit();
  const task = readTask(app, promptFile);
  const found = await findings(app, task);
  const report = writeReport(app, id, reportOf(id, task, found, localMinute(app.clock.now())));
  const question = questionAbout(found);
  const elsewhere = `${commandPrefix(app.paths())}looop send ${id} "your answer"`;
  app.output.data(screenOf(task, found, report, elsewhere));
  prompt(app);
  await looop(app, "flag", id, `${question} (${report})`);

  const answer = answered(app);
  if (answer === undefined) {
    app.output.data("Nobody is at this terminal any more: the question stays flagged, and I end.");
    return EXIT.failed;
  }
  // The answer is on record before the flag goes down: neither is lost, whenever this is cut off.
  note(app, report, "Question", question);
  note(app, report, "Answer", answer);
  await looop(app, "unflag", id);
  app.output.data(`Thank you. Your answer is in ${report}, and I am done. I end myself now.`);
  await looop(app, "_cost", "session", id, "offline", "0");
  return (await looop(app, "kill", id)) ? EXIT.ok : EXIT.failed;
}

function ownId(app: App): string {
  const session = setting(app.env, "LOOOP_SESSION_ID");
  if (session?.startsWith(SESSION_PREFIX)) return workerId(session);
  throw new LooopError({
    message: "Cannot work: this is no session of looop's",
    hint: 'Start it as a worker: `looop start-session try "Look at ~/project" offline`',
    exit: EXIT.usage,
  });
}

/** The task behind the contract; a long one is in a file of its own, beside this one. */
function readTask(app: App, promptFile: string): string {
  const path = resolve(app.cwd, promptFile);
  const prompt = app.files.read(path);
  if (prompt === undefined) {
    throw new LooopError({
      message: `Cannot work: there is no prompt file ${quoted(path)}`,
      hint: "looop writes it when it starts a worker",
      exit: EXIT.notFound,
    });
  }
  const task = taskOf(prompt);
  const beside = path.replace(/\.md$/, ".task.md");
  return task.endsWith(`: ${beside}`) ? (app.files.read(beside) ?? task) : task;
}

async function findings(app: App, task: string): Promise<Found> {
  const { files, cwd } = app;
  const home = setting(app.env, "HOME") ?? "~";
  const place = (name: string) => resolve(cwd, name.replace(/^~(?=\/)/, home));
  const isFolder = (name: string) => isFolderAt(app, place(name));
  const { folder, remark } = chooseFolder(foldersIn(task), isFolder, ".");
  const real = files.real(place(folder)) ?? place(folder);
  const reading = await look(app, real);
  return { folder: real, facts: isRecord(reading) ? factsOf(reading) : {}, remark };
}

/** A place that may not be looked at is none. */
function isFolderAt({ files }: App, path: string): boolean {
  try {
    return files.stat(path)?.kind === "folder";
  } catch (error) {
    if (error instanceof LooopError) return false;
    throw error;
  }
}

/** Writes a new report and returns its name in the data folder. One that is there stays: it holds an answer. */
function writeReport(app: App, id: string, text: string): string {
  const { data, reports } = app.paths();
  app.files.makeDir(reports);
  for (let number = 1; ; number++) {
    const name = `reports/${id}${number === 1 ? "" : `-${number}`}.md`;
    if (app.files.create(join(data, name), text)) return name;
  }
}

function note(app: App, report: string, what: string, text: string): void {
  app.files.append(join(app.paths().data, report), `\n${what} (${localMinute(app.clock.now())}): ${text}`);
}

function prompt(app: App): void {
  app.output.raw(bytesOf("> "));
}

function answered(app: App): string | undefined {
  const decoder = new TextDecoder();
  const line = lineReader(() => decoder.decode(app.inputPart(), { stream: true }));
  return firstAnswer(line, (text) => {
    app.output.data(text);
    prompt(app);
  });
}

/** Runs a command of looop's as any agent would; says what it said when it failed. */
async function looop(app: App, ...args: readonly string[]): Promise<boolean> {
  const proc = await app.proc();
  const printed: string[] = [];
  const ended = await proc.run({
    argv: [...(await app.self()), ...args],
    cwd: app.paths().data,
    env: app.env,
    timeoutMs: COMMAND_MS,
    onOutput: (bytes) => printed.push(new TextDecoder().decode(bytes)),
  });
  if (ended.code === 0) return true;
  app.output.data(`${shellLine(["looop", ...args.slice(0, 2)])} failed: ${plain(printed.join("")).trim()}`);
  return false;
}
