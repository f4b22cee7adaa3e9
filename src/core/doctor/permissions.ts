import { shellQuote } from "../shell/quote.ts";
import { type Finding, problem } from "./finding.ts";

/** A name on disk as it is: symbolic links are not followed. */
export interface Look {
  readonly kind: "file" | "folder" | "link" | "socket" | "fifo" | "device";
  /** The permission bits, sticky and set-id bits included. */
  readonly mode: number;
  readonly userId: number;
  /** How many names the file has. */
  readonly links: number;
  readonly mtimeMs: number;
  /** Device and inode. */
  readonly identity: string;
}

const ANY_ACCESS = 0o077;
const OTHERS_WRITE = 0o002;
const STICKY = 0o1000;

/** Whether `folder` belongs to us alone. */
export function judgePrivate(path: string, look: Look, userId: number): Finding[] {
  if (look.userId !== userId) return [foreign(path, look, userId)];
  if ((look.mode & ANY_ACCESS) === 0) return [];
  const mode = look.kind === "folder" ? 0o700 : 0o600;
  const found = problem("data", `${path} is open to other users (mode ${octal(look.mode)})`, chmod(mode, path));
  return [{ ...found, repair: { kind: "mode", path, mode, identity: look.identity } }];
}

/** Whether somebody else may change what the config makes looop run. */
export function judgeConfigFile(path: string, look: Look, userId: number): Finding[] {
  if (look.userId !== userId && look.userId !== 0) return [{ ...foreign(path, look, userId), check: "config" }];
  if (look.kind !== "file" || (look.mode & OTHERS_WRITE) === 0) return [];
  const says = `every user can change ${path}, and looop runs what it says`;
  const mode = look.mode & 0o7755;
  const hint = `chmod go-w ${shellQuote(path)}`;
  if (look.userId !== userId) return [problem("config", says, hint)];
  return [{ ...problem("config", says, hint), repair: { kind: "mode", path, mode, identity: look.identity } }];
}

/** Whether somebody else may put another folder in the place of ours: `parents` are the folders above it. */
export function judgeParents(parents: readonly { readonly path: string; readonly look: Look }[], userId: number) {
  return parents.flatMap(({ path, look }): Finding[] => {
    const isOpen = (look.mode & OTHERS_WRITE) !== 0 && (look.mode & STICKY) === 0;
    const isTheirs = look.userId !== userId && look.userId !== 0;
    if (!isOpen && !isTheirs) return [];
    const whose = isTheirs ? `user ${look.userId}, whose folder ${path} is,` : "every user";
    const says = `${whose} can replace the data folder${isOpen ? `: ${path} is writable by all` : ""}`;
    return [problem("data", says, isTheirs ? MOVE : `chmod o-w ${shellQuote(path)}`)];
  });
}

const MOVE = "Choose another folder with LOOOP_DATA_DIR";

function foreign(path: string, { userId: theirs }: Look, ours: number): Finding {
  const says = `${path} belongs to user ${theirs}, and this is user ${ours}`;
  return problem("data", says, `chown it, run looop as its owner, or choose another folder with LOOOP_DATA_DIR`);
}

function chmod(mode: number, path: string): string {
  return `chmod ${mode.toString(8)} ${shellQuote(path)}`;
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, "0");
}
