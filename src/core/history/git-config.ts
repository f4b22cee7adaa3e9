/**
 * The settings of an untrusted repository that looop passes on to git. An allow list, because many git settings name a
 * program that git then starts (fsmonitor, hooks, filters, drivers, helpers, transports).
 */

/** One git setting: `core.filemode` has section "core" and name "filemode". */
export interface Setting {
  readonly section: string;
  /** The quoted part of `[branch "main"]`. */
  readonly sub: string | undefined;
  readonly name: string;
  readonly value: string;
}

/** Settings of `core` that say how git compares files with its index. None of them can start a program. */
const ALLOWED_CORE = [
  "filemode",
  "symlinks",
  "ignorecase",
  "precomposeunicode",
  "autocrlf",
  "eol",
  "trustctime",
  "checkstat",
];

/** Extensions that do not change how git reads files, objects and refs. */
const IGNORED_EXTENSIONS = [
  "noop",
  "noop-v1",
  "preciousobjects",
  "partialclone",
  "worktreeconfig",
  "relativeworktrees",
];

/** Parses the output of `git config --list -z`. */
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

/** Returns why looop cannot read a repository with these settings, or undefined when it can. */
export function whyUnreadable(settings: readonly Setting[]): string | undefined {
  const unsupported = settings.find(
    ({ section, name, value }) =>
      section === "extensions" &&
      !IGNORED_EXTENSIONS.includes(name) &&
      !(name === "objectformat" && ["sha1", "sha256"].includes(value)) &&
      !(name === "refstorage" && value === "files"),
  );
  return unsupported === undefined ? undefined : `it uses ${unsupported.name} = ${unsupported.value}`;
}

/** Returns the allowed settings of a checkout on `branch`: some of `core`, the object format, and the branch's upstream. */
export function allowedSettings(settings: readonly Setting[], branch: string | undefined): Setting[] {
  const allowed = settings.filter(
    ({ section, sub, name, value }) =>
      sub === undefined &&
      /^[a-z0-9]+$/i.test(value) &&
      ((section === "core" && ALLOWED_CORE.includes(name)) || (section === "extensions" && name === "objectformat")),
  );
  const version = allowed.some(({ section }) => section === "extensions") ? "1" : "0";
  return [
    { section: "core", sub: undefined, name: "repositoryformatversion", value: version },
    { section: "core", sub: undefined, name: "bare", value: "false" },
    ...allowed,
    ...(branch === undefined ? [] : upstreamOf(branch, settings)),
  ];
}

function upstreamOf(branch: string, settings: readonly Setting[]): Setting[] {
  const ofBranch = settings.filter(({ section, sub }) => section === "branch" && sub === branch);
  const remote = ofBranch.findLast(({ name }) => name === "remote");
  const merge = ofBranch.findLast(({ name }) => name === "merge");
  if (remote === undefined || merge === undefined || !/^[\w.-]+$/.test(remote.value)) return [];
  const fetch = settings.filter(
    ({ section, sub, name }) => section === "remote" && sub === remote.value && name === "fetch",
  );
  return [remote, merge, ...fetch];
}

/** Returns the content of a git config file with these settings. */
export function renderSettings(settings: readonly Setting[]): string {
  return settings
    .map(
      ({ section, sub, name, value }) =>
        `[${section}${sub === undefined ? "" : ` ${quote(sub)}`}]\n\t${name} = ${quote(value)}\n`,
    )
    .join("");
}

function quote(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")}"`;
}
