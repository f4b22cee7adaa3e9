/** looop in a current folder that was deleted, as a worktree is under a shell or a worker. */
import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { looop } from "../../support/program/looop.ts";
import type { Profile } from "../../support/program/profile.ts";
import { PROGRAM } from "../../support/program/program.ts";
import { run } from "../../support/program/run.ts";
import { onDeno, testUnless } from "../../support/program/skip.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { fleetProfile, session, worker } from "../../support/session/workers.ts";

const withFolder = testUnless(onDeno("Deno itself does not start in a deleted folder"));

/** Runs `looop ...args` in a folder that is deleted first. */
function inDeleted(me: Profile, args: readonly string[], env: Record<string, string> = {}) {
  const folder = join(me.home, "gone");
  mkdirSync(folder);
  const script = 'cd "$0" && rmdir "$0" && exec "$@"';
  return run(["bash", "-c", script, folder, ...PROGRAM, ...args], { env: { ...me.env, ...env }, cwd: me.home });
}

describe("in a deleted folder", () => {
  const verbs: readonly (readonly string[])[] = [
    ["version"],
    ["status"],
    ["ls"],
    ["doctor"],
    ["tick"],
    ["cost"],
    ["goal", "list"],
    ["history"],
    ["config", "runners"],
    ["goal", "write", "docs", "Keep the docs true."],
    ["schedule", "list"],
    ["--help"],
  ];

  withFolder("every verb that names no relative path works as elsewhere", () => {
    const me = fleetProfile();
    for (const words of verbs) {
      const { exit, stderr } = inDeleted(me, words);
      expect({ words, exit, stderr }).toEqual({ words, exit: 0, stderr: "" });
    }
    expect(me.read("goals/docs.md")).toBe("Keep the docs true.\n");
  });

  withFolder("a relative path is refused with the cause, and nothing is written to another folder", () => {
    const me = fleetProfile();
    const said = (path: string) =>
      `looop: Cannot find ${path}: the current folder was deleted\n  hint: Go to another folder with cd, or give the whole path\n`;
    const start = ["start-session", "w", "x", "--command", "sleep 300", "--cwd", "sub"];
    expect(inDeleted(me, start)).toMatchObject({ exit: 3, stderr: said("sub") });
    expect(inDeleted(me, ["status"], { LOOOP_DATA_DIR: "data" })).toMatchObject({ exit: 3, stderr: said("data") });
  });

  withFolder("a worker can be started, told and ended", () => {
    const me = fleetProfile();
    expect(inDeleted(me, ["start-session", "w", "x", "--command", "exec cat"]).exit).toBe(0);
    expect(session(me, "looop-w")?.cwd).toBe(me.data);
    for (const words of [
      ["flag", "w", "look"],
      ["send", "w", "hello"],
      ["screenshot", "w"],
      ["kill", "w"],
    ])
      expect({ words, ...inDeleted(me, words) }).toMatchObject({ words, exit: 0, stderr: "" });
  });
});

test("a worker that removes its own worktree can still flag and end itself", async () => {
  const me = fleetProfile();
  const tree = join(me.home, "tree");
  mkdirSync(tree);
  const words = `cd ${tree} && rmdir ${tree} && cd / && "$LOOOP_BIN" flag w "the tree is gone" && "$LOOOP_BIN" kill w`;
  const stays = words.replace(" && cd /", "");
  worker(me, "w", onDeno("") === undefined ? stays : words);
  await waitFor("its end", () => session(me, "looop-w")?.alive === false);
  expect(existsSync(tree)).toBe(false);
  looop(["log", "w", "--raw"], { profile: me, stdout: /^(?![\s\S]*current working directory)/ });
});
