/**
 * Git's objects as bytes. looop writes them without starting git: that takes a third of the time, needs no lock, reads no
 * config and runs no hook (docs/decisions/0011).
 */
import { bytesOf } from "../text.ts";

/** Returns the SHA-1 of `content` as 40 lowercase hex digits: git's object id. */
export type Sha1 = (content: Uint8Array) => string;

/** A file in a tree. */
export interface TreeFile {
  /** Relative to the root of the tree, with `/` between folders. */
  readonly path: string;
  readonly mode: "100644" | "100755";
  /** The id of its blob. */
  readonly id: string;
}

/** A git object. */
export interface GitObject {
  readonly id: string;
  /** The header and the content, not compressed. */
  readonly bytes: Uint8Array;
}

/** The author or committer of a commit. */
export interface Signature {
  readonly name: string;
  readonly email: string;
}

export interface Commit {
  readonly tree: string;
  /** Undefined for the first commit. */
  readonly parent: string | undefined;
  readonly author: Signature;
  readonly committer: Signature;
  readonly atMs: number;
  readonly message: string;
}

/** Returns the blob of a file's content. */
export function blobOf(content: Uint8Array, sha1: Sha1): GitObject {
  return objectOf("blob", content, sha1);
}

/** Returns the trees that hold these files, the root last. */
export function treesOf(files: readonly TreeFile[], sha1: Sha1): GitObject[] {
  const folders = new Map<string, TreeFile[]>();
  const entries: Entry[] = [];
  for (const file of files) {
    const slash = file.path.indexOf("/");
    if (slash < 0) entries.push({ mode: file.mode, name: bytesOf(file.path), id: file.id });
    else {
      const name = file.path.slice(0, slash);
      folders.set(name, [...(folders.get(name) ?? []), { ...file, path: file.path.slice(slash + 1) }]);
    }
  }
  const trees: GitObject[] = [];
  for (const [name, inside] of folders) {
    const subtrees = treesOf(inside, sha1);
    trees.push(...subtrees);
    entries.push({ mode: "40000", name: bytesOf(name), id: subtrees.at(-1)?.id ?? "" });
  }
  // Git sorts a folder as if its name ended in a slash.
  const sortKey = ({ mode, name }: Entry) => (mode === "40000" ? concat([name, bytesOf("/")]) : name);
  entries.sort((a, b) => compare(sortKey(a), sortKey(b)));
  const body = entries.flatMap(({ mode, name, id }) => [
    bytesOf(`${mode} `),
    name,
    new Uint8Array(1),
    Uint8Array.fromHex(id),
  ]);
  return [...trees, objectOf("tree", concat(body), sha1)];
}

/** Returns the commit object. Its times are in UTC; programs that show them use the reader's time zone. */
export function commitOf({ tree, parent, author, committer, atMs, message }: Commit, sha1: Sha1): GitObject {
  const at = `${Math.floor(atMs / 1_000)} +0000`;
  const lines = [
    `tree ${tree}`,
    ...(parent === undefined ? [] : [`parent ${parent}`]),
    `author ${author.name} <${author.email}> ${at}`,
    `committer ${committer.name} <${committer.email}> ${at}`,
  ];
  return objectOf("commit", bytesOf(`${lines.join("\n")}\n\n${message.trimEnd()}\n`), sha1);
}

/**
 * Returns the content of an index file for a work tree with these files, so that `git status` there is right. The entries
 * have no sizes and times, which makes git compare the content.
 */
export function indexFileOf(files: readonly TreeFile[], sha1: Sha1): Uint8Array {
  const named = files.map((file) => ({ ...file, name: bytesOf(file.path) })).sort((a, b) => compare(a.name, b.name));
  const entries = named.map(({ mode, name, id }) => {
    const entry = new Uint8Array((62 + name.length + 8) & ~7);
    const view = new DataView(entry.buffer);
    view.setUint32(24, Number.parseInt(mode, 8));
    entry.set(Uint8Array.fromHex(id), 40);
    view.setUint16(60, Math.min(name.length, 0xfff));
    entry.set(name, 62);
    return entry;
  });
  const head = new Uint8Array(12);
  head.set(bytesOf("DIRC"));
  new DataView(head.buffer).setUint32(4, 2);
  new DataView(head.buffer).setUint32(8, entries.length);
  const body = concat([head, ...entries]);
  return concat([body, Uint8Array.fromHex(sha1(body))]);
}

interface Entry {
  readonly mode: string;
  readonly name: Uint8Array;
  readonly id: string;
}

function objectOf(kind: string, body: Uint8Array, sha1: Sha1): GitObject {
  const bytes = concat([bytesOf(`${kind} ${body.length}\0`), body]);
  return { id: sha1(bytes), bytes };
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function compare(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
