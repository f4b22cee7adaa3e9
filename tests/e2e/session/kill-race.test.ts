/**
 * A worker that ends by itself at the very moment it is killed: its supervisor closed the connection without an answer,
 * and `kill` called that a failure although everything was over.
 */
import { expect, test } from "bun:test";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { profile } from "../../support/program/profile.ts";

test("kill succeeds on a worker that is just ending", () => {
  const me = profile();
  for (let round = 0; round < 15; round++) {
    const command = `for ((i = 0; i < ${round * 400}; i++)); do :; done`;
    looop(["start-session", `w${round}`, "x", "--command", command], { profile: me, stdout: ANYTHING });
    const { stdout } = looop(["kill", `w${round}`], { profile: me, stdout: ANYTHING });
    expect(stdout).toMatch(/^(killed session|session) looop-w\d+( was over already)?\n$/);
  }
});
