/** The kinds of things whose names a clean prompt may replace. */
export type NamedKind = "goal" | "reading" | "worker" | "schedule" | "claim";

type Digest = (content: string) => string;

/** The fewest digits of the digest in an alias. */
const DIGITS = 4;

/**
 * The names in one prompt. A name that was chosen in doubt can be a sentence, so the decider is shown `goal-7f3a` in its
 * place: the kind, and the first digits of a digest of the name. The decider's answer uses the alias, and `real` gives the
 * name back.
 */
export class Aliases {
  readonly #digest: Digest;
  /** Every real name, which no alias may equal. */
  readonly #names: ReadonlySet<string>;
  readonly #byName = new Map<string, string>();
  readonly #byAlias = new Map<string, string>();

  constructor(names: Iterable<string>, digest: Digest) {
    this.#names = new Set(names);
    this.#digest = digest;
  }

  /** Returns the alias of a name: the same each time, and in each prompt. */
  of(kind: NamedKind, name: string): string {
    const key = `${kind}:${name}`;
    const known = this.#byName.get(key);
    if (known !== undefined) return known;
    const digest = this.#digest(key);
    let digits = DIGITS;
    while (this.#isTaken(`${kind}-${digest.slice(0, digits)}`)) digits += 1;
    const alias = `${kind}-${digest.slice(0, digits)}`;
    this.#byName.set(key, alias);
    this.#byAlias.set(alias, name);
    return alias;
  }

  #isTaken(alias: string): boolean {
    return this.#names.has(alias) || this.#byAlias.has(alias);
  }

  /** Returns the name behind an alias, also in a handle such as `goal:goal-7f3a`; any other text unchanged. */
  real(text: string): string {
    const at = text.indexOf(":") + 1;
    const name = this.#byAlias.get(text.slice(at));
    return name === undefined ? text : text.slice(0, at) + name;
  }

  /** True when the text is an alias, or a handle with one. */
  isAlias(text: string): boolean {
    return this.#byAlias.has(text.slice(text.indexOf(":") + 1));
  }
}
