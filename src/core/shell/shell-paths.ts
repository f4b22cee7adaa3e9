/** True for a path whose removal loses everything: the root, a folder in it, a home, or looop's working folder. */
export function isRootish(word: string): boolean {
  // A glob at the end is all that is in the folder before it.
  const bare = word.replace(/(?:\/(?:\*+|\.\*|\.\[[^\]]*\]\*?|\.\?\*|\?+\*?))+\/*$/, "/");
  if (/^(?:\*+|\.\*|\.\?\*)$/.test(bare)) return true;
  const home = /^(?:~[\w.-]*|\$HOME|\$PWD|\$OLDPWD|\$LOOOP_DATA_DIR)(?:\/|$)/.exec(bare)?.[0];
  const parts = resolved((home === undefined ? bare : bare.slice(home.length)).split("/"));
  if (home !== undefined) return parts.length === 0 || parts[0] === "..";
  if (!bare.startsWith("/")) return parts.length === 0 || parts.every((part) => part === "..");
  const under = parts.filter((part) => part !== "..");
  if (under.length <= 1) return true;
  return under.length === 2 && /^(?:home|users)$/i.test(under[0] ?? "");
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
