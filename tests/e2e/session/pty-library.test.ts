/** The native library that the program carries: where it is unpacked, and what is never loaded. */
import { expect, test } from "bun:test";
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { sha256 } from "../../../src/sys/ffi/hash.ts";
import { mounted, noMounts } from "../../support/process/namespace.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { PROGRAM } from "../../support/program/program.ts";
import { run } from "../../support/program/run.ts";
import { fromSource, testUnless } from "../../support/program/skip.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { sessionRaw, superviseRaw } from "../../support/session/raw-session.ts";

const HI = ["sh", "-c", "echo hi; exec sleep 600"];

/** The one file in the library's folder. */
function unpacked(folder: string): string {
  const [name = "", ...others] = readdirSync(folder);
  expect(others).toEqual([]);
  return join(folder, name);
}

/** Which files of a process's memory are libraries of ours. */
function loaded(pid = 0): string[] {
  const maps = readFileSync(`/proc/${pid}/maps`, "utf8");
  return [...new Set(maps.match(/\/\S+[0-9a-f]{64}\.so.*$/gm) ?? [])];
}

test("the PTY library is unpacked once, private, under the hash of its content, and nowhere else", async () => {
  const me = profile();
  const first = await sessionRaw(me, HI, { id: "one" });
  const file = unpacked(join(me.data, ".lib"));
  const { ino, mode } = statSync(file);
  expect([mode & 0o777, file]).toEqual([0o600, join(me.data, ".lib", `${sha256(readFileSync(file))}.so`)]);
  await sessionRaw(me, HI, { id: "two" });
  expect([statSync(file).ino, loaded(first.supervisor.pid)]).toEqual([ino, [file]]);
  expect(readdirSync(me.temp)).toEqual([]);
});

const tampered: [title: string, change: (file: string, me: Profile) => void][] = [
  ["with bytes added", (file) => appendFileSync(file, "x")],
  ["of other content", (file) => writeFileSync(file, "\u007fELF and nothing more")],
  ["cut short", (file) => writeFileSync(file, readFileSync(file).subarray(0, 10_000))],
  ["that others may write", (file) => chmodSync(file, 0o666)],
  [
    "that is a link",
    (file, me) => {
      const target = me.write("elsewhere.so", readFileSync(file));
      rmSync(file);
      symlinkSync(target, file);
    },
  ],
];
test.each(tampered)("a library file %s is replaced, never loaded", async (_title, change) => {
  const me = profile();
  const first = superviseRaw(me, ["true"], { id: "one" });
  await waitFor("the first one's end", () => first.supervisor.exitCode === 0);
  const file = unpacked(join(me.data, ".lib"));
  const good = sha256(readFileSync(file));
  change(file, me);
  const second = await sessionRaw(me, HI, { id: "two" });
  expect(loaded(second.supervisor.pid)).toEqual([file]);
  const { mode } = statSync(file);
  expect([sha256(readFileSync(file)), mode & 0o777]).toEqual([good, 0o600]);
});

test("the PTY library is unpacked to $XDG_RUNTIME_DIR when the data folder does not take it", async () => {
  const me = profile();
  me.write(".lib", "a file in the folder's place");
  const runtime = join(me.home, "run");
  mkdirSync(runtime, { mode: 0o700 });
  const session = await sessionRaw(me, HI, { env: { XDG_RUNTIME_DIR: runtime } });
  expect(loaded(session.supervisor.pid)).toEqual([unpacked(join(runtime, "looop"))]);
});

test("a start exits 3 and names the folders when no folder takes the PTY library", async () => {
  const me = profile();
  me.write(".lib", "a file in the folder's place");
  const session = superviseRaw(me, HI);
  await waitFor("its end", () => session.supervisor.exitCode !== null);
  expect(JSON.parse(session.said())).toMatchObject({
    ok: false,
    exit: 3,
    message: expect.stringContaining(join(me.data, ".lib")),
    hint: expect.stringContaining("LOOOP_DATA_DIR"),
  });
  expect(readdirSync(me.data)).toEqual([".lib"]);
});

testUnless(noMounts() ?? fromSource("its library is loaded from the package"))(
  "in a folder that is mounted noexec is not loaded: the fallback is, and without one it says so",
  () => {
    const me = profile();
    const [library, runtime] = [join(me.data, ".lib"), join(me.home, "run")];
    for (const folder of [library, runtime]) mkdirSync(folder, { recursive: true });
    const noexec = `mount -t tmpfs -o noexec tmpfs '${library}'`;
    const words = [...PROGRAM, "start-session", "w", "x", "--command", "sleep 1000"];
    const there = (env: Record<string, string>) =>
      run(mounted(noexec, words), { env: { ...me.env, ...env }, cwd: me.home });
    const without = there({});
    expect([without.exit, without.stderr]).toEqual([3, expect.stringContaining(library)]);
    const withFallback = there({ XDG_RUNTIME_DIR: runtime });
    expect([withFallback.stderr, withFallback.exit]).toEqual(["", 0]);
    run([...PROGRAM, "kill", "w"], { env: me.env, cwd: me.home });
  },
);
