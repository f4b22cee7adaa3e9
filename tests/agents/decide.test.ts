/** A beat with each of the real agents: they act with their own tools, or only say what they would do. */
import { describe, expect, test } from "bun:test";
import { CLIS } from "../support/model/agent-clis.ts";
import { world } from "../support/model/agent-world.ts";

/** Returns the last row of the ledger. */
const lastRow = (ledger = "") => JSON.parse(ledger.trim().split("\n").at(-1) ?? "null");

/** The bill for the two answers of a beat with one tool call. */
const TWO_ANSWERS = { tokens_in: 6_000, tokens_out: 200 };
const ONE_ANSWER = { tokens_in: 3_000, tokens_out: 100 };

/** The agents that can read files while they decide in typed mode. */
const READS_FILES = new Set(["codex", "opencode"]);

/** codex reports tokens, but no money: the price table gives that. */
const SOURCE = { claude: "measured", pi: "measured", codex: "estimated", opencode: "measured" } as const;

describe.each(CLIS.map((cli) => [cli.name, cli] as const))("%s", (name, cli) => {
  test("decides in agent mode with its own tools, is metered, and is not called when nothing changes", async () => {
    const { me, looop, asked } = await world(cli, { scenario: "decide", mode: "agent" });

    await looop(["tick"], { stdout: /→ \w+: .*goals\/docs\.md[\s\S]*The goal docs is up to date\.[\s\S]*└─ done/ });

    expect(me.read("goals/docs.md")).toBe("Docs.\nSeen by the model.\n");
    expect(me.read("journal.md")).toEndWith("- 2026-11-22 09:00 looked at docs\n");
    const row = lastRow(me.read("cost.jsonl"));
    expect(row).toMatchObject({ kind: "tick", runner: name, ...TWO_ANSWERS, source: SOURCE[name] });

    // The goal is another one now, which its decider has not seen as it is: safe by choice, one more beat is asked.
    await looop(["tick"], { stdout: /└─ done/ });
    const calls = asked("beat");
    await looop(["tick"], { stdout: /world unchanged: no AI call/ });
    expect(asked("beat")).toBe(calls);
  });

  test("decides in typed mode without a tool to act with, and looop carries out its one move", async () => {
    const { me, server, looop, asked } = await world(cli, { scenario: "propose", mode: "typed" });

    if (READS_FILES.has(name)) {
      // Such a beat is tainted, and the goal is the person's: the move waits for a yes.
      const asked = await looop(["tick"], {
        stdout: /move: write_goal docs[\s\S]*waits for the person's yes: ask \w+/,
      });
      expect(me.read("goals/docs.md")).toBe("Docs.\n");
      await looop(["answer", /yes: ask (\w+)/.exec(asked.stdout)?.[1] ?? "", "yes", "--yes-i-am-the-person"]);
      await looop(["tick"], { stdout: /write_goal docs/ });
    } else await looop(["tick"], { stdout: /move: write_goal docs[\s\S]*└─ done/ });

    expect(me.read("goals/docs.md")).toBe("Docs, as the model sees them.\n");
    expect(me.read("journal.md")).toContain("wrote docs");
    expect(lastRow(me.read("cost.jsonl"))).toMatchObject({ runner: name, ...ONE_ANSWER, source: SOURCE[name] });
    expect(asked("beat")).toBe(1);
    // codex offers its tools always; its sandbox refuses to write.
    if (name !== "codex") expect(server.requests[0]?.tools).toEqual([]);

    await looop(["tick"], { stdout: /world unchanged: no AI call/ });
    expect(asked("beat")).toBe(1);
  });
});
