/** A worker that is a real interactive program in our PTY, from the beat that starts it to the one that sees it done. */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CLIS } from "../support/model/agent-clis.ts";
import { world } from "../support/model/agent-world.ts";
import { run } from "../support/program/run.ts";
import { waitFor } from "../support/program/wait-for.ts";
import { LOOOP, pane } from "../support/session/tmux.ts";

/** The time limit of a program's part, in milliseconds, with its start on a busy machine. */
const PATIENT_MS = 90_000;

describe.each(CLIS.map((cli) => [cli.name, cli] as const))("%s", (name, cli) => {
  test("works as a worker: claims, flags, takes an answer from a person who attaches, reports, and ends itself", async () => {
    const here = await world(cli, { scenario: "work", mode: "agent" });
    const { me, looop, server } = here;
    const git = (...words: string[]) => run(["git", ...words], { env: me.env, cwd: me.home }).stdout;
    git("init", "-q", "repo");
    git("-C", "repo", "commit", "-q", "--allow-empty", "-m", "begin");

    await looop(["tick"], { stdout: /└─ done .*started docs/ });
    const flagged = async () => (await looop(["ls"])).stdout.includes("⚑ Which colour?");
    await waitFor(`${name} to flag`, flagged, PATIENT_MS);
    expect(existsSync(join(me.data, "claims/colour.json"))).toBe(true);
    expect(readFileSync(join(me.home, "tree/docs.md"), "utf8")).toBe("A colour is missing.\n");
    const before = server.requests.length;

    const at = await pane(me, 120, 40);
    at.run(`${LOOOP} attach docs`);
    await waitFor(
      "the question on the person's screen",
      () => at.text().includes("Which colour do you want?"),
      PATIENT_MS,
    );
    at.type("colour: blue");
    await waitFor("the answer in the program's box", () => at.text().includes("colour: blue"), PATIENT_MS);
    at.keys("Enter");
    await waitFor("the program to go on", () => server.requests.length > before, PATIENT_MS);
    at.keys("C-\\", "C-\\");
    await waitFor("the shell, for the person is gone", () => /pane\$ *$/.test(at.text()), PATIENT_MS);

    const ended = async () => (await looop(["ls", "--all"])).stdout.includes("ended");
    await waitFor(`${name} to end itself`, ended, PATIENT_MS);
    expect(me.read("reports/docs.md")).toBe("The colour is blue.\n");
    expect(git("-C", "repo", "log", "--format=%s", "looop/docs")).toBe("docs: colour\ndocs: begin\nbegin\n");
    expect(existsSync(join(me.data, "claims/colour.json"))).toBe(false);
    expect(me.read("cost.jsonl")).toContain('"kind":"session","id":"docs","runner":"the-model","cost_usd":0.42');
    expect((await looop(["ls"])).stdout).not.toContain("⚑");

    await looop(["tick"], { stdout: /└─ done .*docs is done/ });
    const prompt = server.requests.findLast(({ script }) => script === "beat")?.body;
    expect(JSON.stringify(prompt)).toMatch(/docs[^\n]*ended itself/);
  });
});
