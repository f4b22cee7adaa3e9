/** True for a path whose removal loses everything: the root, a folder in it, a home, or looop's working folder. */
export function isRootish(word: string): boolean {
  const bare = withoutGlobs(word);
  if (/^(?:\*+|\.\*|\.\?\*)$/.test(bare)) return true;
  const home = /^(?:~[\w.-]*|\$HOME|\$PWD|\$OLDPWD|\$LOOOP_DATA_DIR)(?:\/|$)/.exec(bare)?.[0];
  const parts = resolved((home === undefined ? bare : bare.slice(home.length)).split("/"));
  if (home !== undefined) return parts.length === 0 || parts[0] === "..";
  if (!bare.startsWith("/")) return parts.length === 0 || parts.every((part) => part === "..");
  const under = parts.filter((part) => part !== "..");
  if (under.length <= 1) return true;
  return under.length === 2 && /^(?:home|users)$/i.test(under[0] ?? "");
}

/** A name that is all, or nearly all, that is in a folder. */
const ALL_IN_FOLDER = /^(?:\*+|\.\*|\.\[[^\]]*\]\*?|\.\?\*|\?+\*?)$/;

/** Returns the folder before the globs at the end, as `/home/` for `/home/*`. */
function withoutGlobs(word: string): string {
  const parts = word.split("/");
  let end = parts.length;
  while (end > 1 && parts[end - 1] === "") end--;
  const last = end;
  while (end > 1 && ALL_IN_FOLDER.test(parts[end - 1] ?? "")) end--;
  return end === last ? word : `${parts.slice(0, end).join("/")}/`;
}

/** Returns the parts without empty ones and `.`; each `..` removes the part before it. */
function resolved(parts: readonly string[]): string[] {
  const kept: string[] = [];
  for (const part of parts) {
    if (part === "" || part === ".") continue;
    if (part === ".." && kept.length > 0 && kept.at(-1) !== "..") kept.pop();
    else kept.push(part);
  }
  return kept;
}

/** True when a path is a disk or a partition, by the names of Linux and macOS. */
export function rawDisk(path: string): boolean {
  return /^\/+dev\/+(?:disk\/|mapper\/|r?disk\d|[shv]d[a-z]|xvd[a-z]|nvme\d|mmcblk\d|md\d|dm-\d|loop\d|sr\d|mem$|kmem$|port$)/.test(
    path,
  );
}
