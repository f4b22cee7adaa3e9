/**
 * Which settings of a stranger's repository we follow: a list of what is allowed, because nearly any other setting of
 * git's can name a program that git then starts (fsmonitor, hooks, filters, drivers, helpers, transports).
 */

/** A setting of git's: `core.filemode` is section "core", name "filemode". */
export interface Setting {
  readonly section: string;
  /** The part in quotes of `[branch "main"]`. */
  readonly sub: string | undefined;
  readonly name: string;
  readonly value: string;
}

/** How git compares files with its index. None of these can start a program. */
const CORE = ["filemode", "symlinks", "ignorecase", "precomposeunicode", "autocrlf", "eol", "trustctime", "checkstat"];

/** Extensions that say nothing about how files, objects and refs are read. */
const HARMLESS = ["noop", "noop-v1", "preciousobjects", "partialclone", "worktreeconfig", "relativeworktrees"];

/** Reads `git config --list -z`. */
export function parseSettings(text: string): Setting[] {
  return text.split("\0").flatMap((record) => {
    if (record === "") return [];
    const end = record.indexOf("\n");
    const [key, value] = end < 0 ? [record, "true"] : [record.slice(0, end), record.slice(end + 1)];
    const [first, last] = [key.indexOf("."), key.lastIndexOf(".")];
    const sub = first === last ? undefined : key.slice(first + 1, last);
    return [{ section: key.slice(0, first), sub, name: key.slice(last + 1), value }];
  });
}

/** Why a repository with these settings cannot be read here, or undefined when it can. */
export function whyUnreadable(settings: readonly Setting[]): string | undefined {
  const strange = settings.find(
    ({ section, name, value }) =>
      section === "extensions" &&
      !HARMLESS.includes(name) &&
      !(name === "objectformat" && ["sha1", "sha256"].includes(value)) &&
      !(name === "refstorage" && value === "files"),
  );
  return strange === undefined ? undefined : `it uses ${strange.name} = ${strange.value}`;
}

/** The settings that are followed, for a checkout on `branch`: core ones, the object format, and its upstream. */
export function followed(settings: readonly Setting[], branch: string | undefined): Setting[] {
  const plain = settings.filter(
    ({ section, sub, name, value }) =>
      sub === undefined &&
      /^[a-z0-9]+$/i.test(value) &&
      ((section === "core" && CORE.includes(name)) || (section === "extensions" && name === "objectformat")),
  );
  const version = plain.some(({ section }) => section === "extensions") ? "1" : "0";
  return [
    { section: "core", sub: undefined, name: "repositoryformatversion", value: version },
    { section: "core", sub: undefined, name: "bare", value: "false" },
    ...plain,
    ...(branch === undefined ? [] : upstream(settings, branch)),
  ];
}

function upstream(settings: readonly Setting[], branch: string): Setting[] {
  const own = settings.filter(({ section, sub }) => section === "branch" && sub === branch);
  const remote = own.findLast(({ name }) => name === "remote");
  const merge = own.findLast(({ name }) => name === "merge");
  if (remote === undefined || merge === undefined || !/^[\w.-]+$/.test(remote.value)) return [];
  const fetch = settings.filter(
    ({ section, sub, name }) => section === "remote" && sub === remote.value && name === "fetch",
  );
  return [remote, merge, ...fetch];
}

/** The settings as a config file that git reads. */
export function renderSettings(settings: readonly Setting[]): string {
  return settings
    .map(
      ({ section, sub, name, value }) =>
        `[${section}${sub === undefined ? "" : ` ${inQuotes(sub)}`}]\n\t${name} = ${inQuotes(value)}\n`,
    )
    .join("");
}

function inQuotes(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")}"`;
}
