/** The real programs at their own dialogs, at the end of a turn and at errors: looop sees it without their help. */
import { describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../tools/project.ts";
import { CLIS, type Cli } from "../support/model/agent-clis.ts";
import { type World, world } from "../support/model/agent-world.ts";
import { run } from "../support/program/run.ts";
import { waitFor } from "../support/program/wait-for.ts";

/** The time limit of a program's part, in milliseconds, with its start on a busy machine. */
const PATIENT_MS = 90_000;

const SCENARIO = {
  scripts: [
    { name: "permission", when: "ASK ME", steps: [{ shell: "touch made.txt && rm -f made.txt" }, { say: "Made." }] },
    { name: "turn", when: "SAY IT", steps: [{ say: "Which colour do you want?" }] },
    { name: "broken", when: "BE WRONG", steps: [{ fail: "auth" }] },
  ],
} as const;

interface Waiting {
  readonly at: string;
  readonly source: string;
  readonly what: string;
}

async function waiting({ looop }: World): Promise<Waiting | null> {
  const { sessions } = JSON.parse((await looop(["ls", "--json"])).stdout) as {
    sessions: { waiting: Waiting | null }[];
  };
  return sessions[0]?.waiting ?? null;
}

/** Starts a worker in a new folder and returns the wait that looop sees. */
async function started(here: World, prompt: string, command: string): Promise<Waiting> {
  const folder = join(here.me.home, "new");
  mkdirSync(folder, { recursive: true });
  await here.looop(["start-session", "w", prompt, "--cwd", folder, "--command", command]);
  return waitFor("looop to see that it waits", () => waiting(here), PATIENT_MS);
}

const named = (name: Cli["name"]) => CLIS.find((cli) => cli.name === name) as Cli;
const make = (name: Cli["name"]) => world(named(name), { scenario: SCENARIO, mode: "typed" });
const TASK = '"$(cat {{prompt_file}})"';
const trustedCodex = (here: World) => {
  const path = join(here.me.home, ".codex/config.toml");
  const trust = `\n[projects."${join(here.me.home, "new")}"]\ntrust_level = "trusted"\n`;
  writeFileSync(path, `${readFileSync(path, "utf8")}${trust}`);
};

describe("claude", () => {
  test("is seen at its trust dialog, and works on when it is answered", async () => {
    const here = await make("claude");
    const seen = await started(here, "SAY IT", `claude --permission-mode acceptEdits ${TASK}`);
    expect(seen).toMatchObject({ at: "dialog", source: "guess", what: "asks whether you trust its folder" });
    await here.looop(["send", "w", "-k", "Enter"]);
    const next = await waitFor(
      "the end of its turn",
      async () => {
        const now = await waiting(here);
        return now?.at === "prompt" && now;
      },
      PATIENT_MS,
    );
    expect(next).toMatchObject({ source: "hook", what: "its turn is over: Which colour do you want?" });
  });

  test("is seen at a permission dialog by its hook, and the flag goes with the answer", async () => {
    const here = await make("claude");
    const seen = await started(here, "ASK ME", `CLAUDE_CODE_SANDBOXED=1 claude ${TASK}`);
    expect(seen).toMatchObject({ at: "dialog", source: "hook" });
    expect(seen.what).toBe("asks for permission: Bash touch made.txt && rm -f made.txt");
    await here.looop(["send", "w", "-k", "Enter"]);
    await waitFor("the end of its turn", async () => (await waiting(here))?.at === "prompt", PATIENT_MS);
  });

  test("is seen at an error by its hook", async () => {
    const here = await make("claude");
    const seen = await started(here, "BE WRONG", `CLAUDE_CODE_SANDBOXED=1 claude ${TASK}`);
    expect(seen).toMatchObject({ at: "error", source: "hook" });
    expect(seen.what).toContain("Invalid API key");
  });

  test("is seen at its question about skipped permissions", async () => {
    const here = await make("claude");
    const path = join(here.me.home, ".claude.json");
    const settings = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
    writeFileSync(path, JSON.stringify({ ...settings, bypassPermissionsModeAccepted: false }));
    const command = `CLAUDE_CODE_SANDBOXED=1 IS_SANDBOX=1 claude --dangerously-skip-permissions ${TASK}`;
    expect(await started(here, "SAY IT", command)).toMatchObject({
      source: "guess",
      what: "asks you to accept that it skips permissions",
    });
  });
});

describe("codex", () => {
  test("is seen at its trust dialog", async () => {
    const here = await make("codex");
    // It asks only in a repository.
    run(["git", "init", "-q", join(here.me.home, "new")], { env: here.me.env, cwd: here.me.home });
    expect(await started(here, "SAY IT", `codex ${TASK}`)).toMatchObject({
      source: "guess",
      what: "asks whether you trust its folder",
    });
  });

  test("is seen at a permission dialog by its notification", async () => {
    const here = await make("codex");
    trustedCodex(here);
    const seen = await started(here, "ASK ME", `codex -a on-request -s read-only ${TASK}`);
    expect(seen).toMatchObject({ at: "dialog", source: "terminal" });
    expect(seen.what).toBe("sent a notification: Approval requested: touch made.txt && rm -f made.txt");
  });

  test("is seen at the end of a turn by its notification", async () => {
    const here = await make("codex");
    trustedCodex(here);
    const seen = await started(here, "SAY IT", `codex --dangerously-bypass-approvals-and-sandbox ${TASK}`);
    expect(seen).toMatchObject({ source: "terminal", what: "sent a notification: Which colour do you want?" });
  });

  test("is seen at its login", async () => {
    const here = await make("codex");
    writeFileSync(join(here.me.home, ".codex/config.toml"), "check_for_update_on_startup = false\n");
    const command = `codex ${TASK}`;
    expect(await started(here, "SAY IT", command)).toMatchObject({ source: "guess", what: "asks you to log in" });
  });
});

describe("pi", () => {
  test("is seen at the end of a turn by its event", async () => {
    const here = await make("pi");
    const seen = await started(here, "SAY IT", "pi --thinking medium @{{prompt_file}}");
    expect(seen).toMatchObject({ at: "prompt", source: "hook", what: "its turn is over: Which colour do you want?" });
  });
});

test("every command that docs/runners.md gives a worker starts without a dialog", async () => {
  const page = readFileSync(join(ROOT, "docs/runners.md"), "utf8");
  const commands = [...page.matchAll(/^interactive = '(.*)'$/gm)].map(([, command = ""]) => command);
  expect(commands.length).toBeGreaterThan(0);
  for (const command of commands) {
    const here = await make(CLIS.find(({ name }) => command.includes(name))?.name ?? "claude");
    expect(await started(here, "SAY IT", command)).toMatchObject({
      at: "prompt",
      what: expect.stringContaining("Which colour"),
    });
  }
});
