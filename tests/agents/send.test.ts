/** `looop send` to the real programs: a text of any size is submitted, while they read and after they did not. */
import { describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CLIS, type Cli } from "../support/model/agent-clis.ts";
import { type World, world } from "../support/model/agent-world.ts";
import { type Expected, looopAsync } from "../support/program/looop.ts";
import { waitFor } from "../support/program/wait-for.ts";

/** The time limit of a message's way to the model, in milliseconds. */
const PATIENT_MS = 60_000;

const SIZES = [12, 200, 1_500, 40_000, 200_000];

const SCENARIO = { scripts: [{ name: "turn", when: "A", steps: [{ say: "Noted." }] }] } as const;

const TASK = '"$(cat {{prompt_file}})"';
const COMMANDS: Readonly<Record<Cli["name"], string>> = {
  claude: `CLAUDE_CODE_SANDBOXED=1 claude ${TASK}`,
  codex: `codex --dangerously-bypass-approvals-and-sandbox ${TASK}`,
  pi: "pi @{{prompt_file}}",
  opencode: `opencode --prompt ${TASK}`,
};

/** Returns a text of `size` characters whose ends are its own. */
function textOf(name: string, size: number): string {
  const end = ` end-${name}`;
  return `${"word ".repeat(size / 5 + 1).slice(0, size - end.length)}${end}`;
}

/** Starts a worker in a folder that it trusts, and waits until its first turn is over. */
async function started(cli: Cli): Promise<World> {
  const here = await world(cli, { scenario: SCENARIO, mode: "typed" });
  const folder = join(here.me.home, "new");
  mkdirSync(folder);
  if (cli.name === "codex") {
    const path = join(here.me.home, ".codex/config.toml");
    writeFileSync(path, `${readFileSync(path, "utf8")}\n[projects."${folder}"]\ntrust_level = "trusted"\n`);
  }
  await here.looop(["start-session", "w", "A task", "--cwd", folder, "--command", COMMANDS[cli.name]]);
  await waitFor("its first turn", () => here.server.requests.length > 0, PATIENT_MS);
  await waitFor("its answer", async () => (await screen(here)).includes("Noted."), PATIENT_MS);
  return here;
}

const screen = async ({ looop }: World) => (await looop(["screenshot", "w"])).stdout;

const send = ({ me }: World, stdin: string, expected: Expected) =>
  looopAsync(["send", "w", "-"], { profile: me, stdin, ...expected });

const reached = ({ server }: World, text: string) =>
  waitFor(
    `the model to get ${text.length} characters`,
    () => server.requests.some(({ body }) => JSON.stringify(body).includes(text)),
    PATIENT_MS,
  );

const CUT = { exit: 1, stderr: /^looop: Cannot send to w: .*: it is frozen/ };

describe.each(CLIS.map((cli) => [cli.name, cli] as const))("%s submits a text", (_name, cli) => {
  test("of each size that is sent while it reads", async () => {
    const here = await started(cli);
    for (const size of SIZES) {
      const text = textOf(`r${size}`, size);
      await send(here, text, { stdout: /^sent \d+ bytes to w\n$/ });
      await reached(here, text);
    }
    expect(here.server.requests.length).toBeGreaterThanOrEqual(SIZES.length);
  });

  test("of each size that is sent while it does not read", async () => {
    const here = await started(cli);
    for (const size of SIZES) {
      const text = textOf(`f${size}`, size);
      // Under load a process may stop only after a while, and freeze then says that it did not settle.
      await waitFor("the freeze", async () => (await here.looop(["freeze", "w"])).exit === 0);
      await send(here, text, CUT);
      await here.looop(["thaw", "w", "--yes-i-am-the-person"]);
      await reached(here, text);
    }
    expect(here.server.requests.length).toBeGreaterThanOrEqual(SIZES.length);
  });
});
