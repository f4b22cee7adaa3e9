import { shellQuote } from "../shell/quote.ts";
import { type Finding, problem } from "./finding.ts";

/** The result of `lstat` on a path: symbolic links are not followed. */
export interface PathInfo {
  readonly kind: "file" | "folder" | "link" | "socket" | "fifo" | "device";
  /** The permission bits, including the sticky and set-id bits. */
  readonly mode: number;
  readonly userId: number;
  /** The number of hard links. */
  readonly links: number;
  readonly mtimeMs: number;
  /** Device and inode. */
  readonly identity: string;
}

const ANY_ACCESS = 0o077;
const OTHERS_WRITE = 0o002;
const STICKY = 0o1000;

/** Finds a data file or folder that other users own or can access. */
export function judgePrivate(path: string, info: PathInfo, userId: number): Finding[] {
  if (info.userId !== userId) return [foreign(path, info, userId)];
  if ((info.mode & ANY_ACCESS) === 0) return [];
  const mode = info.kind === "folder" ? 0o700 : 0o600;
  const found = problem("data", `${path} is open to other users (mode ${octal(info.mode)})`, chmod(mode, path));
  return [{ ...found, repair: { kind: "mode", path, mode, identity: info.identity } }];
}

/** Finds a config that other users own or can change: it names programs that looop runs. */
export function judgeConfigFile(path: string, info: PathInfo, userId: number): Finding[] {
  if (info.userId !== userId && info.userId !== 0) return [{ ...foreign(path, info, userId), check: "config" }];
  if (info.kind !== "file" || (info.mode & OTHERS_WRITE) === 0) return [];
  const says = `every user can change ${path}, and looop runs the programs it names`;
  const mode = info.mode & 0o7755;
  const hint = `chmod go-w ${shellQuote(path)}`;
  if (info.userId !== userId) return [problem("config", says, hint)];
  return [{ ...problem("config", says, hint), repair: { kind: "mode", path, mode, identity: info.identity } }];
}

/** Finds folders above the data folder in which other users could replace it. */
export function judgeParents(parents: readonly { readonly path: string; readonly look: PathInfo }[], userId: number) {
  return parents.flatMap(({ path, look }): Finding[] => {
    const isOpen = (look.mode & OTHERS_WRITE) !== 0 && (look.mode & STICKY) === 0;
    const isTheirs = look.userId !== userId && look.userId !== 0;
    if (!isOpen && !isTheirs) return [];
    const who = isTheirs ? `user ${look.userId}, who owns ${path},` : "every user";
    const says = `${who} can replace the data folder${isOpen ? `: ${path} is writable by all` : ""}`;
    return [problem("data", says, isTheirs ? CHOOSE_FOLDER : `chmod o-w ${shellQuote(path)}`)];
  });
}

const CHOOSE_FOLDER = "Choose another folder with LOOOP_DATA_DIR";

function foreign(path: string, { userId: owner }: PathInfo, ours: number): Finding {
  const says = `${path} belongs to user ${owner}, but looop runs as user ${ours}`;
  return problem("data", says, `chown it, run looop as its owner, or choose another folder with LOOOP_DATA_DIR`);
}

function chmod(mode: number, path: string): string {
  return `chmod ${mode.toString(8)} ${shellQuote(path)}`;
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, "0");
}
