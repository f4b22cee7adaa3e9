/** `looop upgrade` of a program that install.sh put somewhere: replaced whole, or left as it is. */
import { expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { serve } from "../../support/machine/file-server.ts";
import { sha256Of } from "../../support/machine/release.ts";
import { looop, looopAsync } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { PROGRAM } from "../../support/program/program.ts";
import { type Outcome, run } from "../../support/program/run.ts";
import { fromSource, missing, testUnless } from "../../support/program/skip.ts";

const NEXT = Buffer.from("#!/bin/sh\necho looop 99.0.0\n");

/** A folder like a release's, for any Linux, with a program that says it is 99.0.0. */
function releaseOf(me: Profile, sum = sha256Of(NEXT)): string {
  const folder = join(me.home, "release");
  mkdirSync(folder);
  const builds = ["x64", "arm64", "x64-baseline", "x64-musl", "arm64-musl"].map((name) => `looop-linux-${name}`);
  for (const build of builds) writeFileSync(join(folder, build), NEXT);
  writeFileSync(join(folder, "SHA256SUMS"), builds.map((build) => `${sum}  ${build}\n`).join(""));
  return folder;
}

/** The program under test, installed for a person; without tar, so that the bare program is fetched. */
function installed(me: Profile): { program: string; path: string } {
  const program = join(me.home, "bin dir/looop");
  mkdirSync(join(me.home, "bin dir"));
  copyFileSync(PROGRAM[0] ?? "", program);
  chmodSync(program, 0o755);
  return { program, path: me.env["PATH"] ?? "" };
}

function upgrade(program: string, env: Record<string, string>, words: string[] = []): Promise<Outcome> {
  const child = spawn(program, ["upgrade", ...words], { env, stdio: ["ignore", "pipe", "pipe"] });
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (bytes) => (said.stdout += `${bytes}`));
  child.stderr.on("data", (bytes) => (said.stderr += `${bytes}`));
  return new Promise((done) =>
    child.on("close", (code, signal) => done({ exit: code ?? signal ?? "unknown", ...said })),
  );
}

const testBinary = testUnless(fromSource("source is upgraded with git") ?? missing("curl"));

/** Makes tar unusable, so that the bare program is fetched: these releases have no archive. */
const withoutTar = (me: Profile) =>
  ["uname", "mkdir", "rm", "mv", "cut", "sed", "grep", "chmod", "sha256sum", "curl", "sh", "cat"].map((name) =>
    me.command(`only/${name}`.replace("only/", ""), `#!/bin/sh\nexec /usr/bin/${name} "$@"`),
  );

testBinary("upgrade replaces the program that runs, checked, in its own folder", async () => {
  const me = profile();
  withoutTar(me);
  const { program } = installed(me);
  const { url } = await serve(releaseOf(me));
  const env = { ...me.env, PATH: (me.env["PATH"] ?? "").split(":")[0] ?? "", LOOOP_BASE_URL: url };

  const done = await upgrade(program, env);

  expect([done.exit, done.stderr]).toEqual([0, ""]);
  expect(done.stdout).toContain("Installed looop 99.0.0");
  expect(readFileSync(program)).toEqual(NEXT);
});

testBinary("upgrade leaves the program when the download does not match the release's hash", async () => {
  const me = profile();
  withoutTar(me);
  const { program } = installed(me);
  const before = sha256Of(readFileSync(program));
  const { url } = await serve(releaseOf(me, "0".repeat(64)));
  const env = { ...me.env, PATH: (me.env["PATH"] ?? "").split(":")[0] ?? "", LOOOP_BASE_URL: url };

  const done = await upgrade(program, env);

  expect([done.exit, sha256Of(readFileSync(program))]).toEqual([1, before]);
  expect(done.stderr).toContain("does not have the SHA-256 of the release");
});

testBinary("upgrade --dry-run says what it would do, and from which address", async () => {
  const me = profile();
  const { program } = installed(me);
  const done = await upgrade(program, { ...me.env, LOOOP_BASE_URL: "http://127.0.0.1:9/r" }, ["--dry-run"]);
  expect(done.stdout).toBe(
    `installed: script (${program})\nwould run: LOOOP_INSTALL_DIR='${me.home}/bin dir' LOOOP_BASE_URL=http://127.0.0.1:9/r sh install.sh\n`,
  );
});

testBinary("upgrade asks for an address when looop was built without one", () => {
  looop(["upgrade"], { exit: 3, stderr: /LOOOP_BASE_URL/ });
});

testBinary("upgrade names the package manager's command for a packaged looop", () => {
  const me = profile();
  const folder = join(me.home, "Cellar/looop/0.3.0/bin");
  mkdirSync(folder, { recursive: true });
  copyFileSync(PROGRAM[0] ?? "", join(folder, "looop"));
  const done = run([join(folder, "looop"), "upgrade"], { env: me.env, cwd: me.home });
  expect(done).toEqual({ exit: 0, stderr: "", stdout: expect.stringMatching(/type: brew upgrade looop\n$/) });
});

test("upgrade refuses inside a worker", async () => {
  await looopAsync(["upgrade"], { env: { LOOOP_SESSION_ID: "looop-w" }, exit: 7, stderr: /only the person may/ });
});

testUnless(fromSource("x") === undefined ? "only source shows this" : undefined)(
  "upgrade from source names git",
  () => {
    looop(["upgrade"], { stdout: /^installed: source .+\nto upgrade, type: git pull && npm run build\n$/ });
  },
);
