/** Git repositories to point looop at: plain ones, hostile ones, and a way to see whether anything in them moved. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { SYSTEM_PATH } from "../program/profile.ts";

/** An hour of 2026 for every commit and file, so that hashes and ages are the same on every run. */
const THEN = "2026-01-02T03:04:05Z";

/** Runs git in `folder` with a made-up author, and returns its output. */
export function git(folder: string, ...args: string[]): string {
  const done = spawnSync("git", args, {
    cwd: folder,
    encoding: "utf8",
    env: {
      PATH: SYSTEM_PATH,
      HOME: folder,
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_AUTHOR_NAME: "A",
      GIT_AUTHOR_EMAIL: "a@example.org",
      GIT_AUTHOR_DATE: THEN,
      GIT_COMMITTER_NAME: "A",
      GIT_COMMITTER_EMAIL: "a@example.org",
      GIT_COMMITTER_DATE: THEN,
    },
  });
  if (done.status !== 0) throw new Error(`Cannot run git ${args.join(" ")}: ${done.stderr}`);
  return done.stdout;
}

/** Writes a file in `folder`, with its folders. */
export function put(folder: string, path: string, text: string, mode = 0o644): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

/** A repository on branch main with one commit, one changed and one unknown file. */
export function unfinishedRepo(folder: string): string {
  mkdirSync(folder, { recursive: true });
  git(folder, "init", "-q", "-b", "main");
  put(folder, "README.md", "# Garden\n");
  put(folder, "plan.txt", "peas\n");
  git(folder, "add", "-A");
  git(folder, "commit", "-qm", "Plan the garden");
  put(folder, "plan.txt", "peas\nbeans\n");
  put(folder, "notes.txt", "buy seeds\n");
  return folder;
}

/** Everything git can be told to start, planted in the repository; each writes its name into the folder `traces`. */
export function plantPrograms(folder: string, traces: string): void {
  mkdirSync(traces, { recursive: true });
  const evil = (name: string) => put(traces, `../evil/${name}`, `#!/bin/sh\n: >'${traces}/${name}'\ncat\n`, 0o755);
  const set = (key: string, program: string) => git(folder, "config", key, program);
  for (const key of ["core.fsmonitor", "core.pager", "core.sshCommand", "core.editor", "core.askPass"])
    set(key, evil(key));
  for (const key of ["core.alternateRefsCommand", "core.gitProxy", "gpg.program", "diff.external"]) set(key, evil(key));
  for (const key of ["filter.x.clean", "filter.x.smudge", "filter.y.process", "diff.x.textconv", "diff.x.command"])
    set(key, evil(key));
  for (const key of ["pager.status", "pager.config", "remote.origin.uploadpack", "credential.helper"])
    set(key, evil(key));
  set("filter.y.required", "true");
  set("log.showSignature", "true");
  set("remote.origin.url", `ext::${evil("ext")}`);
  set("remote.origin.promisor", "true");
  for (const verb of ["status", "config", "st"]) set(`alias.${verb}`, `!${evil(`alias.${verb}`)}`);
  put(folder, ".git/more", `[core]\n\tfsmonitor = ${evil("include")}\n\tpager = ${evil("include.pager")}\n`);
  set("include.path", "more");
  const hooks = [
    "post-index-change",
    "fsmonitor-watchman",
    "query-watchman",
    "pre-commit",
    "post-checkout",
    "reference-transaction",
  ];
  for (const hook of hooks) put(folder, `.git/hooks/${hook}`, readFileSync(evil(`hook.${hook}`), "utf8"), 0o755);
  put(folder, ".gitattributes", "*.txt filter=x diff=x\n*.md filter=y\n");
  put(folder, ".git/info/attributes", "* filter=x diff=x\n");
}

/** Every path under `folder` with its kind, mode, age and content: equal only when nothing moved. Access times aside. */
export function fingerprint(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "buffer" })
    .map((name) => Buffer.concat([Buffer.from(`${folder}/`), name as Buffer]))
    .sort(Buffer.compare)
    .map((path) => {
      const stat = lstatSync(path, { bigint: true });
      const content = stat.isFile() ? readFileSync(path) : stat.isSymbolicLink() ? readlinkSync(path) : "";
      const digest = createHash("sha256").update(content).digest("hex");
      return `${path.toString()} ${stat.mode} ${stat.ino} ${stat.mtimeNs} ${stat.ctimeNs} ${stat.size} ${digest}`;
    });
}

/** Makes every file look older than the index knows, so that git must read them again. */
export function makeStale(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (name !== ".git") utimesSync(join(folder, name), new Date(THEN), new Date(THEN));
  }
}
