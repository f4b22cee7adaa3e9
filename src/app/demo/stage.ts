import { Buffer } from "node:buffer";
import { join } from "node:path";
import { EXIT, LooopError } from "../../core/error.ts";
import { parseJson } from "../../core/json.ts";
import { shellLine } from "../../core/shell/quote.ts";
import { plain, plainLine, utf8 } from "../../core/text.ts";
import { catchSignals } from "../../sys/signals.ts";
import type { Proc, Stop } from "../../sys/sys.ts";
import type { App } from "../open.ts";
import { type DemoWorkers, openDemoWorkers } from "./demo-workers.ts";
import type { DemoProfile } from "./profile.ts";

/** The time limit of one command, in milliseconds: more than the limits of its sensors and its runner together. */
const LIMIT_MS = 20_000;

/** The time that a wait may take, and the time between two looks, in milliseconds. */
const WAIT_MS = 10_000;
const LOOK_MS = 10;

/** Opens a stage on `profile`. From here on, a signal ends the demo after the command under way: a beat is short. */
export async function openStage(app: App, profile: DemoProfile): Promise<Stage> {
  return new Stage(
    app,
    await app.proc(),
    await app.self(),
    catchSignals(),
    profile,
    await openDemoWorkers(app, profile),
  );
}

/** Shows commands and what they print, as a person at a terminal would see them. */
export class Stage {
  readonly #app: App;
  readonly #proc: Proc;
  readonly #self: readonly string[];
  readonly #stop: Stop;
  readonly profile: DemoProfile;
  readonly workers: DemoWorkers;

  constructor(app: App, proc: Proc, self: readonly string[], stop: Stop, profile: DemoProfile, workers: DemoWorkers) {
    this.#app = app;
    this.#proc = proc;
    this.#self = self;
    this.#stop = stop;
    this.profile = profile;
    this.workers = workers;
  }

  /** Returns what a person types to start this program: its name if the shell finds it, else the whole command. */
  command(): string {
    const { env, cwd } = this.#app;
    return this.#proc.which("looop", env["PATH"] ?? "", cwd) === undefined ? shellLine(this.#self) : "looop";
  }

  /** True when a program of this name is on PATH. */
  has(program: string): boolean {
    return this.#proc.which(program, this.profile.env["PATH"] ?? "", this.profile.root) !== undefined;
  }

  /** Prints lines. */
  say(...lines: string[]): void {
    this.#app.output.data(lines.join("\n"));
  }

  /** Runs looop in a process of its own, and shows its output. Throws when it failed. */
  looop(...args: string[]): Promise<void> {
    return this.#run(args, 0);
  }

  /** Does the same for a command that must fail. */
  fails(...args: string[]): Promise<void> {
    return this.#run(args, EXIT.failed);
  }

  async #run(args: readonly string[], code: number): Promise<void> {
    const chunks: Uint8Array[] = [];
    const ended = await this.#proc.run({
      argv: [...this.#self, ...args],
      cwd: this.profile.root,
      env: this.profile.env,
      timeoutMs: LIMIT_MS,
      onOutput: (bytes) => chunks.push(bytes.slice()),
    });
    this.show(`looop ${shellLine(args)}`, utf8(Buffer.concat(chunks)));
    if (this.#stop.asked.aborted) throw this.#interrupted();
    if (ended.code === code) return;
    const how = ended.timedOut
      ? `did not end in ${LIMIT_MS / 1_000} s`
      : `ended with ${ended.signal ?? `exit code ${ended.code}`}`;
    throw this.#failed(`\`looop ${shellLine(args)}\` ${how}`);
  }

  /** Waits until `look` returns true. Throws at the time limit, and after Ctrl-C. */
  async waitFor(what: string, look: () => boolean): Promise<void> {
    const { clock } = this.#app;
    for (const endMs = clock.monotonic() + WAIT_MS; !look(); await clock.sleep(LOOK_MS)) {
      if (this.#stop.asked.aborted) throw this.#interrupted();
      if (clock.monotonic() > endMs) throw this.#failed(`waited ${WAIT_MS / 1_000} s for ${what}`);
    }
  }

  #failed(why: string): LooopError {
    return new LooopError({
      message: `Cannot finish the demo: ${why}`,
      hint: `Read the output above; the profile is kept in ${plainLine(this.profile.root)}`,
      exit: EXIT.failed,
    });
  }

  #interrupted(): LooopError {
    return new LooopError({
      message: "Cannot finish the demo: interrupted",
      hint: `Nothing is left running; the profile is kept in ${plainLine(this.profile.root)}`,
      exit: EXIT.interrupted,
    });
  }

  /** Shows a file of the profile. */
  cat(name: string): void {
    this.show(`cat ${name}`, plain(this.read(name)));
  }

  /** Shows a command and its output. */
  show(command: string, output: string): void {
    const lines = output.replace(/\n+$/, "").split("\n");
    const shown = lines.map((line) => `    ${line}`.trimEnd());
    this.say("", `    $ ${command}`, ...(output.trim() === "" ? [] : shown));
  }

  read(name: string): string {
    return this.#app.files.read(join(this.profile.root, name)) ?? "";
  }

  append(name: string, line: string): void {
    this.#app.files.append(join(this.profile.root, name), line);
  }

  /** Returns the names of all events so far. */
  events(): string[] {
    return this.read("events.jsonl")
      .split("\n")
      .flatMap((line) => {
        const row = parseJson(line);
        return typeof row === "object" && row !== null && "event" in row ? [String(row.event)] : [];
      });
  }

  /** Returns the id of the open ask. */
  openAsk(): string {
    const names = this.#app.files.list(join(this.profile.root, "asks"));
    return (names.find((name) => name.endsWith(".json")) ?? "").replace(/\.json$/, "");
  }

  /** True when stdout's reader has gone. Throws (exit 130) after Ctrl-C. */
  over(): boolean {
    if (this.#stop.asked.aborted) throw this.#interrupted();
    return this.#app.output.closed();
  }
}
