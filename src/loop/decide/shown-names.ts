import { Aliases, type NamedKind } from "../../core/gate/aliases.ts";
import { isAskId } from "../../core/mailbox/ask-id.ts";
import { bareWorker, isBareId } from "../../core/names.ts";
import type { Change } from "../../core/world/world.ts";
import type { ProvenanceView } from "../../store/policy/provenance.ts";
import type { IsTrusted } from "../../store/policy/trusted.ts";
import type { Sha256 } from "../../sys/sys.ts";
import type { BeatSnapshot } from "../observe/snapshot.ts";

/** Kinds of items of the world whose id is a name that somebody chose. */
const KINDS: Readonly<Record<string, NamedKind>> = {
  goal: "goal",
  snap: "reading",
  worker: "worker",
  schedule: "schedule",
  claim: "claim",
};

/** The names in a typed prompt: the real one where somebody vouches for it, else an alias. */
export class ShownNames {
  readonly aliases: Aliases;
  readonly #snapshot: BeatSnapshot;
  readonly #known: ProvenanceView;
  readonly #trusted: IsTrusted;
  readonly #sha256: Sha256;

  constructor(snapshot: BeatSnapshot, known: ProvenanceView, trusted: IsTrusted, sha256: Sha256) {
    this.aliases = new Aliases(namesIn(snapshot), sha256);
    this.#snapshot = snapshot;
    this.#known = known;
    this.#trusted = trusted;
    this.#sha256 = sha256;
  }

  of(kind: NamedKind, id: string): string {
    return isBareId(id) && this.#isVouched(kind, id) ? id : this.aliases.of(kind, id);
  }

  /** Returns the name of a session, as records have it: `looop-docs`. */
  ofSession(session: string): string {
    const bare = bareWorker(session);
    const name = this.of("worker", bare);
    return name === bare ? session : name;
  }

  /** Returns the name of an item of the world: `goal:docs`. */
  ofItem(kind: string, id: string): string {
    const named = KINDS[kind];
    if (kind === "playbook") return kind;
    if (named !== undefined) return `${kind}:${this.of(named, id)}`;
    if (kind === "ask") return `${kind}:${this.ofAsk(id)}`;
    return `${kind}:${isBareId(id) ? id : this.#oddly(id)}`;
  }

  /** Returns the id of an ask. Its file may have any name. */
  ofAsk(id: string): string {
    return isAskId(id) ? id : this.#oddly(id);
  }

  /** Returns a change of an ask with the worker's name as the prompt shows it. */
  inAsk(id: string, change: Change): Change {
    const from = this.#snapshot.extras.asks.pending.find((ask) => ask.id === id)?.from;
    const who = from === undefined ? "a worker" : this.of("worker", bareWorker(from));
    const named = (shown: string) =>
      shown.replace(/^.* (?=asks the person$|asked the person, and is gone$)/, `${who} `);
    return { ...change, was: named(change.was), now: named(change.now) };
  }

  #oddly(id: string): string {
    return `oddly-named-${this.#sha256(id).slice(0, 8)}`;
  }

  /** A worker and a claim are often named after a goal. */
  #isVouched(kind: NamedKind, id: string): boolean {
    switch (kind) {
      case "goal":
        return this.#known.isNamed(`goals/${id}.md`);
      case "schedule":
        return this.#known.isNamed(`schedules/${id}.json`);
      case "reading":
        return this.#isTrustedReading(id);
      case "worker":
      case "claim":
        return this.#known.isNamed(`${kind}:${id}`) || this.#known.isNamed(`goals/${id}.md`);
    }
  }

  /** A reading has the name of its script, which is vouched for with the script. */
  #isTrustedReading(id: string): boolean {
    const { observed, sensors } = this.#snapshot;
    const maker = observed.readings.find((reading) => reading.id === id)?.maker;
    if (this.#trusted(maker)) return true;
    const file = maker?.file ?? sensors.find(({ name }) => name === id)?.file;
    return file !== undefined && this.#known.isNamed(`sensors/${file}`);
  }
}

/** Returns every name that can stand in the prompt, so that no alias equals one. */
function namesIn({ claims, observed, schedules, workers }: BeatSnapshot): string[] {
  const { goals, readings } = observed;
  const ids = [...goals, ...readings, ...workers, ...claims].map(({ id }) => id);
  return [...ids, ...schedules.map(({ name }) => name)];
}
