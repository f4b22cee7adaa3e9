import { join, resolve } from "node:path";
import { setting } from "../../core/env.ts";
import { EXIT, expected, LooopError } from "../../core/error.ts";
import { isRecord } from "../../core/json.ts";
import { quoted, SESSION_PREFIX, workerId } from "../../core/names.ts";
import { fieldsOf } from "../../core/offline/brief.ts";
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
import { readFolder } from "./read-folder.ts";

/** The timeout of a looop command, in milliseconds. Ending a session takes up to 7 s. */
const COMMAND_TIMEOUT_MS = 20_000;

const PROMPT = bytesOf("> ");

/**
 * Works as the built-in runner's worker, on the terminal of its session, with the commands that the contract names.
 * Returns its exit code, unless the end of its session ends it first.
 */
export async function workOffline(app: App, promptFile: string): Promise<number> {
  const id = ownId(app);
  // Detaching is Ctrl-\ twice. One that reaches the worker must not end it.
  ignoreQuit();
  const task = readTask(app, promptFile);
  const found = await findings(app, task);
  const report = writeReport(app, id, reportOf(id, task, found, localMinute(app.clock.now())));
  const question = questionAbout(found);
  const sendCommand = `${commandPrefix(app.paths())}looop send ${id} "your answer"`;
  app.output.data(screenOf(task, found, report, sendCommand));
  app.output.raw(PROMPT);
  await looop(app, "flag", id, `${question} (${report})`);

  const answer = readAnswer(app);
  if (answer === undefined) {
    app.output.data("This terminal was closed: the question stays flagged, and I end.");
    return EXIT.failed;
  }
  // Writes the answer before it clears the flag, so that a kill between the two loses neither.
  appendToReport(app, report, "Question", question);
  appendToReport(app, report, "Answer", answer);
  await looop(app, "unflag", id);
  app.output.data(`Thank you. Your answer is in ${report}, and I am done. I end myself now.`);
  await looop(app, "_cost", "session", id, "offline", "0");
  return (await looop(app, "kill", id)) ? EXIT.ok : EXIT.failed;
}

function ownId(app: App): string {
  const session = setting(app.env, "LOOOP_SESSION_ID");
  if (session?.startsWith(SESSION_PREFIX)) return workerId(session);
  throw new LooopError({
    message: "Cannot work: this is not a looop session",
    hint: 'Start it as a worker: `looop start-session try "Look at ~/project" offline`',
    exit: EXIT.usage,
  });
}

/** Returns the task that follows the contract. A long task is in a file of its own next to the prompt. */
function readTask(app: App, promptFile: string): string {
  const path = app.absolute(promptFile);
  const prompt = app.files.read(path);
  if (prompt === undefined) {
    throw new LooopError({
      message: `Cannot work: there is no prompt file ${quoted(path)}`,
      hint: "looop writes this file when it starts a worker: use `looop start-session`",
      exit: EXIT.notFound,
    });
  }
  const task = taskOf(prompt);
  const taskFile = path.replace(/\.md$/, ".task.md");
  return task.endsWith(`: ${taskFile}`) ? (app.files.read(taskFile) ?? task) : task;
}

/** Reads the folder that the task names, or the current one. */
async function findings(app: App, task: string): Promise<Found> {
  const { files, cwd } = app;
  const home = setting(app.env, "HOME") ?? "~";
  const pathOf = (name: string) => resolve(cwd, name.replace(/^~(?=\/)/, home));
  const isFolder = (name: string) => isFolderAt(app, pathOf(name));
  const { folder, remark } = chooseFolder(foldersIn(task), isFolder, ".");
  const real = files.real(pathOf(folder)) ?? pathOf(folder);
  const reading = await readFolder(app, real);
  return { folder: real, facts: isRecord(reading) ? fieldsOf(reading) : {}, remark };
}

/** True for a folder; false also for a path that cannot be accessed. */
function isFolderAt({ files }: App, path: string): boolean {
  try {
    return files.stat(path)?.kind === "folder";
  } catch (error) {
    expected(error);
    return false;
  }
}

/** Writes a new report and returns its path, relative to the data folder. Keeps earlier ones, which contain answers. */
function writeReport(app: App, id: string, text: string): string {
  const { data, reports } = app.paths();
  app.files.makeDir(reports);
  for (let number = 1; ; number++) {
    const name = `reports/${id}${number === 1 ? "" : `-${number}`}.md`;
    if (app.files.create(join(data, name), text)) return name;
  }
}

function appendToReport(app: App, report: string, label: string, text: string): void {
  app.files.append(join(app.paths().data, report), `\n${label} (${localMinute(app.clock.now())}): ${text}`);
}

function readAnswer(app: App): string | undefined {
  const decoder = new TextDecoder();
  const line = lineReader(() => decoder.decode(app.inputPart(), { stream: true }));
  return firstAnswer(line, (text) => {
    app.output.data(text);
    app.output.raw(PROMPT);
  });
}

/** Runs a looop command as an agent would. Prints its output and returns false when it fails. */
async function looop(app: App, ...args: readonly string[]): Promise<boolean> {
  const proc = await app.proc();
  const printed: string[] = [];
  const ended = await proc.run({
    argv: [...(await app.self()), ...args],
    cwd: app.paths().data,
    env: app.env,
    timeoutMs: COMMAND_TIMEOUT_MS,
    onOutput: (bytes) => printed.push(new TextDecoder().decode(bytes)),
  });
  if (ended.code === 0) return true;
  app.output.data(`${shellLine(["looop", ...args.slice(0, 2)])} failed: ${plain(printed.join("")).trim()}`);
  return false;
}
