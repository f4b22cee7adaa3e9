import { join } from "node:path";
import { shortDuration } from "../../core/duration.ts";
import { InertTexts, trustOf } from "../../core/gate/taint.ts";
import type { Ask } from "../../core/mailbox/ask.ts";
import { NO_MOVE } from "../../core/move/parse-move.ts";
import { isBareId } from "../../core/names.ts";
import type { Body, PromptInput, Section } from "../../core/prompt/prompt.ts";
import { TYPED_CLOSING, typedInstructions } from "../../core/prompt/typed-instructions.ts";
import { parseClaim } from "../../core/session/claim.ts";
import type { Worker } from "../../core/session/session.ts";
import { clip, plain, plainLine, utf8 } from "../../core/text.ts";
import { flapping } from "../../core/world/flapping.ts";
import type { Change, Document, Reading } from "../../core/world/world.ts";
import { type ItemAges, updateItemAges } from "../../store/beat/item-ages.ts";
import { readArchivedGoal } from "../../store/policy/goals.ts";
import { journalTail } from "../../store/policy/journal.ts";
import { type ProvenanceView, viewOf } from "../../store/policy/provenance.ts";
import { sensorFiles } from "../../store/policy/sensors.ts";
import type { IsTrusted } from "../../store/policy/trusted.ts";
import type { DataDeps, PromptDeps } from "../context/context.ts";
import type { DecideRequest, TypedView } from "../context/decision.ts";
import type { TargetDigests } from "../context/effect.ts";
import { neglectedGoal } from "../hold/neglected-goal.ts";
import { scheduleSection } from "../observe/schedule-items.ts";
import { settledRecord } from "../observe/settle.ts";
import type { BeatSnapshot } from "../observe/snapshot.ts";
import { ShownNames } from "./shown-names.ts";

/**
 * The prompt of a typed decider. Every text in it goes through here. A verified text is shown. An unverified text is shown
 * and taints the beat when it is new or requested; otherwise it is withheld, because the decider has seen it.
 */

const JOURNAL_LINES = 20;

/** The part of an answer or of a command's output that is shown, in characters. */
const [ANSWER_CHARS, OUTPUT_CHARS] = [4_096, 2_048];

/** The reason in a session's status: its record holds it, so its worker could have written it. */
const REASON = / \((?!maybe SIG[A-Z]+\))[\s\S]*$/;

/** Kinds of items whose values are written by looop, or empty. */
const WORDLESS = new Set(["playbook", "goal", "schedule", "ask", "asks", "answer", "look", "shell", "cut-off"]);

/** The part of a decide that its prompt is made of. */
export type ViewRequest = Pick<DecideRequest, "snapshot" | "runner" | "goal">;

/** Returns the prompt of one typed decide, and why it is tainted. */
export function typedView(deps: PromptDeps, request: ViewRequest): TypedView {
  return new Viewer(deps, request).view();
}

class Viewer {
  readonly #deps: PromptDeps;
  readonly #request: ViewRequest;
  readonly #snapshot: BeatSnapshot;
  readonly #known: ProvenanceView;
  readonly #since: ItemAges;
  /** The texts that the last `look` asked for. */
  readonly #wanted: ReadonlySet<string>;
  readonly #trusted: IsTrusted;
  readonly #tainted = new Set<string>();
  readonly #sensed: TargetDigests;
  readonly #inert = new InertTexts();
  readonly #names: ShownNames;

  constructor(deps: PromptDeps, request: ViewRequest) {
    const { files, paths, clock, sha256 } = deps;
    this.#deps = deps;
    this.#request = request;
    this.#snapshot = request.snapshot;
    this.#known = viewOf(settledRecord(deps, request.snapshot), sha256);
    this.#since = updateItemAges(files, paths, request.snapshot.world, clock.now());
    this.#wanted = new Set(request.snapshot.extras.wanted?.readings);
    this.#trusted = deps.trusted();
    this.#sensed = sensedTargets(deps, request.snapshot);
    this.#names = new ShownNames(request.snapshot, this.#known, this.#trusted, sha256);
  }

  view(): TypedView {
    const { goal, runner } = this.#request;
    const { changes, claims, observed, workers } = this.#snapshot;
    if (runner.reads) this.#tainted.add(`${runner.name} can read files while it decides`);
    const input: PromptInput = {
      instructions: typedInstructions(),
      closing: TYPED_CLOSING,
      dataDir: this.#deps.paths.data,
      bin: this.#deps.bin,
      playbook: this.#playbook(observed.playbook),
      goals: [...observed.goals, ...this.#archived(goal)].map((it) => this.#goal(it)),
      readings: observed.readings.map((reading) => this.#reading(reading)),
      workers: workers.map((worker) => this.#worker(worker)),
      claims: claims.map((claim) => this.#claim(claim)),
      more: [this.#schedules(), this.#waiting(), this.#answers(), this.#shell()].filter(
        (section) => section.entries.length > 0,
      ),
      journal: this.#journal(),
      changes: changes?.map((change) => this.#change(change)),
      lastFailure: this.#lastFailure(),
      // Names and times only: they cannot carry a message.
      neglected: neglectedGoal(this.#deps, this.#snapshot, (id) => this.#names.of("goal", id)),
      flapping: flapping(this.#snapshot.flaps).map(({ name, streak }) => ({
        name: this.#names.of("reading", name),
        streak,
      })),
      manualGoal: goal === undefined ? undefined : this.#names.of("goal", goal),
      nowMs: this.#deps.clock.now(),
    };
    return { input, tainted: [...this.#tainted], sensed: this.#sensed, names: this.#names.aliases };
  }

  #archived(goal: string | undefined): Document[] {
    const { files, paths } = this.#deps;
    return goal === undefined ? [] : readArchivedGoal(files, paths, goal, this.#snapshot.observed.goals);
  }

  #playbook(bytes: Uint8Array): string {
    if (this.#known.isTainted("PLAYBOOK.md", this.#deps.sha256(bytes)))
      this.#tainted.add("PLAYBOOK.md was written in a tainted beat");
    return utf8(bytes);
  }

  #goal({ id, bytes }: Document): Body {
    const name = this.#names.of("goal", id);
    const item = `goal:${id}`;
    const isTainted = this.#known.isTainted(`goals/${id}.md`, this.#deps.sha256(bytes));
    const shown = this.#shows(item, item, !isTainted, `goal ${id} was written in a tainted beat`);
    return { title: `${name}.md`, text: shown ? utf8(bytes) : this.#withheld(item, `goal:${name}`) };
  }

  #reading({ id, bytes, maker }: Reading): Body {
    const item = `snap:${id}`;
    const name = this.#names.of("reading", id);
    const shown = this.#shows(item, id, this.#trusted(maker) || this.#inert.admitsReading(bytes), `reading ${id}`);
    return { title: name, text: shown ? utf8(bytes) : this.#withheld(item, name) };
  }

  #worker(found: Worker): Worker {
    const { note, tail, status } = found;
    const worker = { ...found, id: this.#names.of("worker", found.id) };
    const bare = status.replace(REASON, "");
    if (note === undefined && tail === "" && bare === status) return worker;
    const inert = this.#inert.admitsWord(note ?? "") && tail === "" && bare === status;
    const item = `worker:${found.id}`;
    const why = `${note === undefined ? "transcript" : "note"} of ${found.id}`;
    if (this.#shows(item, item, inert, why)) return worker;
    const words = this.#withheld(item, `worker:${worker.id}`);
    return { ...worker, status: bare, tail: tail === "" ? "" : words, ...(note === undefined ? {} : { note: words }) };
  }

  /** Shows only who holds a claim: its file may hold any other text. */
  #claim({ id, bytes }: Document): Body {
    const session = parseClaim(utf8(bytes))?.session ?? "";
    const text = isBareId(session) ? this.#names.ofSession(session) : "(nobody can tell)";
    return { title: this.#names.of("claim", id), text };
  }

  /** Returns true when a text is shown; `why` taints the beat when it is unverified. `handle` is its name for `look`. */
  #shows(item: string, handle: string, trusted: boolean, why: string): boolean {
    const { changes } = this.#snapshot;
    const changed = changes === undefined || changes.some((change) => change.item === item);
    const trust = trustOf({ trusted, changed, wanted: this.#wanted.has(handle) });
    if (trust === "shown") this.#tainted.add(why);
    return trust !== "withheld";
  }

  #withheld(item: string, handle: string): string {
    const sinceMs = this.#since[item];
    const age = sinceMs === undefined ? "" : ` for ${shortDuration(this.#deps.clock.now() - sinceMs)}`;
    return `(withheld: unchanged${age}; {"action":"look","readings":[${JSON.stringify(handle)}]} shows it)`;
  }

  #schedules(): Section {
    const named = (name: string) => this.#names.of("schedule", name);
    return scheduleSection(this.#snapshot.schedules, this.#deps.clock.now(), named, (name, note) => {
      const item = `schedule:${name}`;
      const path = `schedules/${name}.json`;
      const doubt = this.#known.isTainted(path, this.#sensed[path] ?? "");
      const shown = this.#shows(item, item, !doubt || this.#inert.admitsWord(note), `note of the schedule ${name}`);
      return shown ? note : this.#withheld(item, `schedule:${named(name)}`);
    });
  }

  /** Shows open asks by kind and id only: their words are for the person, not for the decider to act on. */
  #waiting(): Section {
    const { pending } = this.#snapshot.extras.asks;
    const nowMs = this.#deps.clock.now();
    const entries = pending.map((ask) => {
      const what =
        ask.parked === undefined
          ? `a question of ${this.#names.ofSession(ask.from)}${this.#gone(ask)}`
          : `your move ${ask.parked.move.action}`;
      return `- ask ${this.#names.ofAsk(ask.id)}: ${what}, for ${shortDuration(nowMs - Date.parse(ask.ts))}`;
    });
    return { title: "WAITING FOR THE PERSON (leave it alone)", entries };
  }

  #gone(ask: Ask): string {
    return this.#snapshot.extras.stateOf(ask) === "live" ? "" : ", which is gone: a fresh worker gets the answer";
  }

  #answers(): Section {
    const entries = this.#snapshot.extras.answers.map(({ ask, answer }) => {
      const own = ask.kind !== "worker";
      const who = own ? "you" : `${this.#names.ofSession(ask.from)}, which is gone,`;
      const question = clip(plainLine(ask.prompt), ANSWER_CHARS);
      if (!own) this.#tainted.add(`question ${ask.id} of ${ask.from}`);
      else if (this.#known.isTainted(`asks/${ask.id}`, this.#deps.sha256(ask.prompt)))
        this.#tainted.add(`question ${ask.id} was worded in a tainted beat`);
      return `- ${who} asked: ${question}\n  the person answers: ${clip(plainLine(answer.text), ANSWER_CHARS)}`;
    });
    return { title: "ANSWERS OF THE PERSON (new)", entries };
  }

  #shell(): Section {
    const result = this.#snapshot.extras.shell;
    if (result === undefined) return { title: "", entries: [] };
    const output = result.output.trim();
    if (!this.#inert.admitsReading(output) && !this.#inert.admitsWord(output))
      this.#tainted.add("output of the last command");
    if (result.tainted) this.#tainted.add("the last command was worded in a tainted beat");
    const lines = clip(plain(output), OUTPUT_CHARS).split("\n");
    const exit = result.exitCode === undefined ? "it was ended" : `exit ${result.exitCode}`;
    const entry = [`$ ${plainLine(result.cmd)}`, ...lines.map((line) => `| ${line}`), `(${exit})`].join("\n");
    return { title: "OUTPUT OF YOUR LAST COMMAND", entries: [entry] };
  }

  /** Shows a tainted line by the name of its move: the decider knows what was done, without the words about it. */
  #journal(): string[] {
    const { files, paths } = this.#deps;
    return journalTail(files, paths.journal, JOURNAL_LINES).map((line) => {
      const move = this.#known.lineOf(line);
      if (move === undefined) return line;
      if (this.#wanted.has("journal")) {
        this.#tainted.add("journal lines of tainted beats");
        return line;
      }
      return `${/^- [\d-]{10} [\d:]{5}/.exec(line)?.[0] ?? "-"} ${move || "a line"} (words withheld; look "journal" shows them)`;
    });
  }

  /**
   * Shows what a change was and is, except where that could carry unverified text. What a reading was is judged by the
   * script that made it then: trust in the present script says nothing about an earlier one.
   */
  #change(change: Change): Change {
    const [kind, id = ""] = split(change.item);
    const named = { ...change, item: this.#names.ofItem(kind, id) };
    if (kind === "ask") return this.#names.inAsk(id, named);
    if (kind === "worker") return { ...named, was: (change.was.split(" ⚑ ")[0] ?? "").replace(REASON, "") };
    if (WORDLESS.has(kind) || this.#trusted(this.#snapshot.lastWorld?.items[change.item]?.maker)) return named;
    return { ...named, was: this.#inert.admitsReading(change.was) ? change.was : "(withheld)" };
  }

  #lastFailure(): string | undefined {
    const { extras, failure, interruptedRun } = this.#snapshot;
    const { cutOff } = extras;
    const told: string[] = [];
    if (cutOff !== undefined)
      told.push(
        `The move ${cutOff.move.split(" ")[0]} (${cutOff.runId}) was cut off in the middle: it may have happened or not. It is not repeated. Look before you make it again.`,
      );
    else if (interruptedRun !== undefined)
      told.push(`The beat before this one (${interruptedRun}) was cut off; it made no move.`);
    if (failure !== undefined) {
      if (failure.clean !== true) this.#tainted.add("the last failure");
      told.push(`${failure.failures} in a row; the last was ${failure.runId}: ${failure.error}`);
      if (failure.error.startsWith(NO_MOVE)) told.push(SLIP);
    }
    return told.length === 0 ? undefined : told.join("\n");
  }
}

/** The price of a slip, shown to the decider that made one. */
const SLIP = "That call was paid for in full, and nothing was done. ANSWER above has the exact fields of every move.";

/** Splits `snap:ci` into its kind and its id. */
function split(item: string): [kind: string, id?: string] {
  const at = item.indexOf(":");
  return at < 0 ? [item] : [item.slice(0, at), item.slice(at + 1)];
}

/**
 * Returns the digests of what a move may overwrite. Sensor scripts are as sensing found them; schedules and other files in
 * sensors/ are read here, because nothing before this needs their bytes.
 */
function sensedTargets({ files, paths, sha256 }: DataDeps, snapshot: BeatSnapshot): TargetDigests {
  const { observed, schedules, sensors } = snapshot;
  const targets: Record<string, string> = { "PLAYBOOK.md": sha256(observed.playbook) };
  for (const { id, bytes } of observed.goals) targets[`goals/${id}.md`] = sha256(bytes);
  for (const { file, digest } of sensors) if (digest !== "") targets[`sensors/${file}`] = digest;
  const others = [
    ...sensorFiles(files, paths).map((file) => `sensors/${file}`),
    ...schedules.map(({ name }) => `schedules/${name}.json`),
  ];
  for (const path of others) {
    if (Object.hasOwn(targets, path)) continue;
    const bytes = files.readBytes(join(paths.data, path));
    if (bytes !== undefined) targets[path] = sha256(bytes);
  }
  return targets;
}
