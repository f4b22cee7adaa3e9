/** The real claude, which tells what it spends by its own telemetry, held to a small day's cap. */
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { CLIS } from "../support/model/agent-clis.ts";
import { type World, world } from "../support/model/agent-world.ts";
import { waitFor } from "../support/program/wait-for.ts";
import { session } from "../support/session/workers.ts";

/** The time limit of a program's part, in milliseconds, with its start on a busy machine. */
const PATIENT_MS = 90_000;

const [claude] = CLIS;
const DAY_USD = 0.3;
const WORKERS = ["a", "b", "c"];

interface Row {
  readonly kind: string;
  readonly id: string;
  readonly cost_usd?: number;
  readonly tokens_in?: number;
  readonly source: string;
}

const rows = ({ me }: World): Row[] =>
  (me.read("cost.jsonl") ?? "")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Row);

const total = (here: World) => rows(here).reduce((sum, row) => sum + (row.cost_usd ?? 0), 0);

/** A model that always answers with one more tool call. */
const busy = (name: string, when: string) => ({
  name,
  when,
  steps: Array.from({ length: 500 }, () => ({ shell: "true" })),
});

const SCENARIO = {
  scripts: [
    ...WORKERS.map((id) => busy(id, `Spend for ${id}`)),
    { name: "beat", when: "You are looop,", steps: [{ shell: 'echo "- moved" >> journal.md' }, { say: "done" }] },
  ],
};

test("claude: three workers and a decider that spend at once pass the day's cap at most by requests already under way", async () => {
  if (claude === undefined) throw new Error("there is no claude among the programs");
  const here = await world(claude, { scenario: SCENARIO, mode: "agent" });
  const { me, looop } = here;
  me.config(`default = "claude"\n[decide]\nmode = "agent"\n[budget]\nday_usd = ${DAY_USD}\nbeat_usd = 0.01\n`);
  for (const id of WORKERS) await looop(["start-session", id, `Spend for ${id}`, "claude"]);

  // Until there is no room: 0 for a move, 1 for one that its cap ended, 7 for held.
  const untilHeld = async () => {
    for (let beat = 0; beat < 40; beat++) {
      me.goal("waker", `${Math.random()}\n`);
      if ((await looop(["tick"], { exit: expect.anything() as never, stderr: /^/ })).exit === 7) return;
    }
  };
  const decides = untilHeld();
  const isStill = () => WORKERS.every((id) => existsSync(join(me.data, `sessions/looop-${id}/frozen`)));
  await waitFor("all three workers to be frozen", isStill, PATIENT_MS);
  await decides;
  // What was set aside for the workers is free again once they stand still: a decide or two may fit.
  await untilHeld();

  const spent = rows(here);
  const highest = Math.max(...spent.map((row) => row.cost_usd ?? 0));
  const metered = spent.filter(({ kind, source }) => kind === "session" && source === "measured");
  expect(new Set(metered.map(({ id }) => id))).toEqual(new Set(WORKERS));
  expect(metered.every(({ tokens_in }) => (tokens_in ?? 0) > 0)).toBe(true);
  expect(total(here)).toBeGreaterThan(DAY_USD / 4);
  expect(total(here)).toBeLessThanOrEqual(DAY_USD + (WORKERS.length + 1) * highest);
  for (const id of WORKERS)
    expect(session(me, `looop-${id}`)?.note).toMatch(/^over budget, so it is frozen: .* of \$0\.3 is spent/);

  // Everything is frozen: the model gets no request.
  const before = here.server.requests.length;
  await looop(["tick"], { exit: 7 });
  expect(here.server.requests.length).toBe(before);
}, 180_000);

test("codex: tokens from its own telemetry are priced", async () => {
  const codex = CLIS.find(({ name }) => name === "codex");
  if (codex === undefined) throw new Error("there is no codex among the programs");
  const here = await world(codex, { scenario: SCENARIO, mode: "agent" });
  here.me.config('default = "codex"\n[decide]\nmode = "agent"\n[budget]\nday_usd = 5.0\n');
  await here.looop(["start-session", "a", "Spend for a", "codex"]);
  const priced = () =>
    rows(here).some(
      ({ kind, source, cost_usd }) => kind === "session" && source === "estimated" && (cost_usd ?? 0) > 0,
    );
  await waitFor("a row of its own", priced, PATIENT_MS);
}, 180_000);
