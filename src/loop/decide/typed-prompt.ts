import { join } from "node:path";
import { shortDuration } from "../../core/duration.ts";
import { isInert, isInertWord, type Source, trustOf } from "../../core/gate/taint.ts";
import { type Ask, LOOOP } from "../../core/mailbox/ask.ts";
import { moveName } from "../../core/move/move-text.ts";
import { isBareId } from "../../core/names.ts";
import type { Body, PromptInput, Section } from "../../core/prompt/prompt.ts";
import { TYPED_CLOSING, typedInstructions } from "../../core/prompt/typed-instructions.ts";
import { parseClaim } from "../../core/session/claim.ts";
import type { Worker } from "../../core/session/session.ts";
import { clip, plain, plainLine, utf8 } from "../../core/text.ts";
import type { Change, Document } from "../../core/world/world.ts";
import { type Since, sinceWhen } from "../../store/beat/seen.ts";
import { journalTail } from "../../store/policy/journal.ts";
import { type ProvenanceView, readProvenance } from "../../store/policy/provenance.ts";
import { sensorFiles } from "../../store/policy/sensors.ts";
import type { Context } from "../context/context.ts";
import type { DecideRequest, TypedView } from "../context/decision.ts";
import type { TargetDigests } from "../context/effect.ts";
import { type Hygiene, hygieneOf } from "../hold/hygiene.ts";
import { scheduleSection } from "../observe/due-schedules.ts";
import { changes, type Look } from "../observe/look.ts";
import { sensorPlans } from "../observe/sense.ts";

const JOURNAL_LINES = 20;

/** How much of an answer or of a command's output is shown, in characters. */
const ANSWER_CHARS = 4_096;
const OUTPUT_CHARS = 2_048;

/** Why a session ended, in words that its record holds and its worker could have written. */
const REASON = / \((?!maybe SIG[A-Z]+\))[\s\S]*$/;

/** Items of the world whose values are looop's own words, or none. */
const WORDLESS = new Set(["playbook", "goal", "schedule", "ask", "asks", "answer", "look", "shell", "cut-off"]);

/** Works out the view of one beat. */
export function viewOf(context: Context, occasion: DecideRequest): TypedView {
  return new Viewer(context, occasion).view();
}

class Viewer {
  readonly #context: Context;
  readonly #occasion: DecideRequest;
  readonly #known: ProvenanceView;
  readonly #since: Since;
  readonly #changes: readonly Change[] | undefined;
  readonly #wanted: ReadonlySet<string>;
  readonly #trusted: ReadonlySet<string>;
  readonly #tainted = new Set<string>();
  readonly #sensed: TargetDigests;
  /** By reading, the file of the script that made it. */
  readonly #scripts: ReadonlyMap<string, string>;

  constructor(context: Context, occasion: DecideRequest) {
    const { files, paths, clock } = context;
    this.#context = context;
    this.#occasion = occasion;
    this.#known = readProvenance(files, paths);
    this.#since = sinceWhen(files, paths, occasion.look.world, clock.now());
    this.#changes = changes(context, occasion.look);
    this.#wanted = new Set(occasion.look.extras.wanted?.readings);
    this.#trusted = context.trusted();
    const plans = sensorPlans(context);
    this.#scripts = new Map(plans.map(({ name, file }) => [name, file]));
    this.#sensed = sensedBy(context, occasion.look);
  }

  view(): TypedView {
    const context = this.#context;
    const occasion = this.#occasion;
    const { observed } = occasion.look;
    if (occasion.runner.reads) this.#tainted.add(`${occasion.runner.name} can read files while it decides`);
    const input: PromptInput = {
      instructions: typedInstructions(),
      closing: TYPED_CLOSING,
      dataDir: context.paths.data,
      bin: context.bin,
      playbook: this.#playbook(observed.playbook),
      goals: observed.goals.map((goal) => this.#goal(goal)),
      readings: observed.readings.map((reading) => this.#reading(reading)),
      workers: occasion.look.workers.map((worker) => this.#worker(worker)),
      claims: occasion.look.claims.map((claim) => this.#claim(claim)),
      more: [this.#schedules(), this.#waiting(), this.#answers(), this.#shell()].filter(
        (section) => section.entries.length > 0,
      ),
      journal: this.#journal(),
      changes: this.#changes?.map((change) => this.#change(change)),
      lastFailure: this.#lastFailure(),
      ...this.#hygiene(),
      manualGoal: occasion.goal,
      nowMs: context.clock.now(),
    };
    return { input, changes: this.#changes, tainted: [...this.#tainted], sensed: this.#sensed };
  }

  #playbook(bytes: Uint8Array): string {
    if (this.#known.isTainted("PLAYBOOK.md", this.#context.sha256(bytes)))
      this.#tainted.add("PLAYBOOK.md was written in a tainted beat");
    return utf8(bytes);
  }

  #goal({ id, bytes }: Document): Body {
    const title = `${this.#named(id)}.md`;
    const item = `goal:${id}`;
    const isTainted = this.#known.isTainted(`goals/${id}.md`, this.#context.sha256(bytes));
    const shown = this.#shows(item, item, !isTainted, `goal ${this.#named(id)} was written in a tainted beat`);
    return { title, text: shown ? utf8(bytes) : this.#withheld(item, item) };
  }

  #reading({ id, bytes }: Document): Body {
    const item = `snap:${id}`;
    const shown = this.#shows(item, id, this.#vouched(id) || isInert(bytes), `reading ${this.#named(id)}`);
    return { title: this.#named(id), text: shown ? utf8(bytes) : this.#withheld(item, id) };
  }

  #vouched(id: string): boolean {
    const digest = this.#sensed[`sensors/${this.#scripts.get(id) ?? ""}`];
    return digest !== undefined && this.#trusted.has(digest);
  }

  #worker(worker: Worker): Worker {
    const { id, note, tail, status } = worker;
    const bare = status.replace(REASON, "");
    if (note === undefined && tail === "" && bare === status) return worker;
    const inert = isInertWord(note ?? "") && tail === "" && bare === status;
    const item = `worker:${id}`;
    if (this.#shows(item, item, inert, note === undefined ? `transcript of ${id}` : `note of ${id}`)) return worker;
    const words = this.#withheld(item, item);
    return { ...worker, status: bare, tail: tail === "" ? "" : words, ...(note === undefined ? {} : { note: words }) };
  }

  /** Who holds what; a claim's file may hold anything else. */
  #claim({ id, bytes }: Document): Body {
    const session = parseClaim(utf8(bytes))?.session ?? "";
    return { title: this.#named(id), text: isBareId(session) ? session : "(nobody can tell)" };
  }

  /** Whether to show a text; when it is untrusted, `why` taints the beat. `handle` is what `look` calls it. */
  #shows(item: string, handle: string, trusted: boolean, why: string): boolean {
    const changed = this.#changes === undefined || this.#changes.some((change) => change.item === item);
    const source: Source = { trusted, changed, wanted: this.#wanted.has(handle) };
    const standing = trustOf(source);
    if (standing === "shown") this.#tainted.add(why);
    return standing !== "withheld";
  }

  #withheld(item: string, handle: string): string {
    const sinceMs = this.#since[item];
    const age = sinceMs === undefined ? "" : ` for ${shortDuration(this.#context.clock.now() - sinceMs)}`;
    return `(withheld: unchanged${age}; {"action":"look","readings":[${JSON.stringify(handle)}]} shows it)`;
  }

  /** A name from the disk: one that could say something is replaced by a number. */
  #named(id: string): string {
    return isBareId(id) ? id : `oddly-named-${this.#context.sha256(id).slice(0, 8)}`;
  }

  #schedules(): Section {
    return scheduleSection(this.#occasion.look.schedules, this.#context.clock.now(), (name, note) => {
      const item = `schedule:${name}`;
      const path = `schedules/${name}.json`;
      const doubt = this.#known.isTainted(path, this.#sensed[path] ?? "");
      const shown = this.#shows(item, item, !doubt || isInertWord(note), `note of the schedule ${name}`);
      return shown ? note : this.#withheld(item, item);
    });
  }

  /** What waits for the person: kinds and ids only. The words are the person's to read, not the decider's to act on. */
  #waiting(): Section {
    const { pending } = this.#occasion.look.extras.asks;
    const nowMs = this.#context.clock.now();
    const entries = pending.map((ask) => {
      const what =
        ask.parked === undefined
          ? `a question of ${this.#named(ask.from)}${this.#gone(ask)}`
          : `your move ${moveName(ask.parked.move)}`;
      return `- ask ${ask.id}: ${what}, for ${shortDuration(nowMs - Date.parse(ask.ts))}`;
    });
    return { title: "WAITING FOR THE PERSON (leave it alone)", entries };
  }

  #gone(ask: Ask): string {
    return this.#occasion.look.extras.standing(ask) === "live" ? "" : ", which is gone: a fresh worker gets the answer";
  }

  #answers(): Section {
    const entries = this.#occasion.look.extras.answers.map(({ ask, answer }) => {
      const own = ask.from === LOOOP;
      const who = own ? "you" : `${this.#named(ask.from)}, which is gone,`;
      const question = clip(plainLine(ask.prompt), ANSWER_CHARS);
      if (!own) this.#tainted.add(`question ${ask.id} of ${this.#named(ask.from)}`);
      else if (this.#known.isTainted(`asks/${ask.id}`, this.#context.sha256(ask.prompt)))
        this.#tainted.add(`question ${ask.id} was worded in a tainted beat`);
      return `- ${who} asked: ${question}\n  the person answers: ${clip(plainLine(answer.text), ANSWER_CHARS)}`;
    });
    return { title: "ANSWERS OF THE PERSON (new)", entries };
  }

  #shell(): Section {
    const result = this.#occasion.look.extras.shell;
    if (result === undefined) return { title: "", entries: [] };
    const output = result.output.trim();
    if (!isInert(output) && !isInertWord(output)) this.#tainted.add("output of the last command");
    if (result.tainted) this.#tainted.add("the last command was worded in a tainted beat");
    const lines = clip(plain(output), OUTPUT_CHARS).split("\n");
    const exit = result.exitCode === undefined ? "it was ended" : `exit ${result.exitCode}`;
    const entry = [`$ ${plainLine(result.cmd)}`, ...lines.map((line) => `| ${line}`), `(${exit})`].join("\n");
    return { title: "OUTPUT OF YOUR LAST COMMAND", entries: [entry] };
  }

  /** A tainted line is told by the name of its move: what was done stays known, what was said about it does not. */
  #journal(): string[] {
    const { files, paths, sha256 } = this.#context;
    return journalTail(files, paths.journal, JOURNAL_LINES).map((line) => {
      const move = this.#known.lineOf(sha256(line));
      if (move === undefined) return line;
      if (this.#wanted.has("journal")) {
        this.#tainted.add("journal lines of tainted beats");
        return line;
      }
      return `${/^- [\d-]{10} [\d:]{5}/.exec(line)?.[0] ?? "-"} ${move} (words withheld; look "journal" shows them)`;
    });
  }

  /** Names and times only: nothing in it can speak. */
  #hygiene(): Hygiene {
    const { neglected, flapping } = hygieneOf(this.#context, this.#occasion.look, (id) => this.#named(id));
    return { neglected, flapping: flapping.map(({ name, streak }) => ({ name: this.#named(name), streak })) };
  }

  /** What a change was and is, where that cannot carry words that nobody vouches for. */
  #change(change: Change): Change {
    const [kind, id = ""] = split(change.item);
    const named = { ...change, item: kind === "playbook" ? change.item : `${kind}:${this.#named(id)}` };
    if (kind === "worker") return { ...named, was: (change.was.split(" ⚑ ")[0] ?? "").replace(REASON, "") };
    if (WORDLESS.has(kind) || (kind === "snap" && this.#vouched(id))) return named;
    return { ...named, was: isInert(change.was) ? change.was : "(withheld)" };
  }

  #lastFailure(): string | undefined {
    const { failure, look } = this.#occasion;
    const { cutOff } = look.extras;
    const interrupted = this.#context.guards.interrupted()?.runId;
    const told: string[] = [];
    if (cutOff !== undefined)
      told.push(
        `The move ${cutOff.move} (${cutOff.runId}) was cut off in the middle: it may have happened or not. It is not repeated. Look before you make it again.`,
      );
    else if (interrupted !== undefined)
      told.push(`The beat before this one (${interrupted}) was cut off; it made no move.`);
    if (failure !== undefined) {
      if (failure.clean !== true) this.#tainted.add("the last failure");
      told.push(`${failure.failures} in a row; the last was ${failure.runId}: ${failure.error}`);
    }
    return told.length === 0 ? undefined : told.join("\n");
  }
}

/** `snap:ci` as its kind and its id. */
function split(item: string): [kind: string, id?: string] {
  const at = item.indexOf(":");
  return at < 0 ? [item] : [item.slice(0, at), item.slice(at + 1)];
}

/** What a move may overwrite, as this beat saw it: digests by path in the data folder. What is not named was not there. */
function sensedBy({ files, paths, sha256 }: Context, { observed, schedules }: Look): TargetDigests {
  const sensed: Record<string, string> = { "PLAYBOOK.md": sha256(observed.playbook) };
  for (const { id, bytes } of observed.goals) sensed[`goals/${id}.md`] = sha256(bytes);
  const others = [
    ...sensorFiles(files, paths).map((file) => `sensors/${file}`),
    ...schedules.map(({ name }) => `schedules/${name}.json`),
  ];
  for (const path of others) {
    const bytes = files.readBytes(join(paths.data, path));
    if (bytes !== undefined) sensed[path] = sha256(bytes);
  }
  return sensed;
}
