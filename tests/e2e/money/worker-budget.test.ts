/** Workers that spend: metered by their telemetry, held to their caps, and never counted twice. */
import { describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { join } from "node:path";
import { events } from "../../support/model/shell-decider.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import type { Profile } from "../../support/program/profile.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { request } from "../../support/session/raw-session.ts";
import { endpointOf, exportOf, post, reportCost, telemetryRecord } from "../../support/session/worker-telemetry.ts";
import { fleetProfile, session } from "../../support/session/workers.ts";

const ME = "--yes-i-am-the-person";

/** Returns a profile whose workers are a program called claude that only waits. */
function metered(budget: string): Profile {
  const me = fleetProfile(`default = "offline"\n${budget}\n`);
  me.command("claude", "exec sleep 300");
  return me;
}

function start(me: Profile, id = "w1", env: Record<string, string> = {}): void {
  const command = `${me.command(`claude-${id}`, 'env > "$HOME/env.txt"; exec sleep 300')}`;
  looop(["start-session", id, "x", "claude", "--command", command], { profile: me, env, stdout: ANYTHING });
}

interface Row {
  readonly kind: string;
  readonly id: string;
  readonly runner: string;
  readonly cost_usd?: number;
  readonly source: string;
}

const rows = (me: Profile): Row[] =>
  (me.read("cost.jsonl") ?? "")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Row);

const total = (me: Profile) => rows(me).reduce((sum, row) => sum + (row.cost_usd ?? 0), 0);

const frozen = (me: Profile, id = "w1") => session(me, `looop-${id}`)?.frozen === true;

describe("a worker's telemetry", () => {
  test("adds a row for each request, with figures only", async () => {
    const me = metered("[budget]\nday_usd = 10.0");
    start(me);
    expect(await reportCost(me, 0.03)).toBe(200);
    await reportCost(me, "0.02");
    await waitFor("both rows", () => rows(me).length === 2);
    expect(rows(me)).toMatchObject([
      { kind: "session", id: "w1", runner: "claude", cost_usd: 0.03, source: "measured" },
      { cost_usd: 0.02, source: "measured" },
    ]);
    expect(`${me.read("cost.jsonl")}${me.read("events.jsonl")}`).not.toContain("SECRET");
  });

  test("counts a request that is reported twice once", async () => {
    const me = metered("[budget]\nday_usd = 10.0");
    start(me);
    const body = exportOf(telemetryRecord(0.03));
    for (let time = 0; time < 3; time++) await post(`${endpointOf(me)}/v1/logs`, body);
    await reportCost(me, 0.01);
    await waitFor("the later row", () => total(me) >= 0.04);
    expect(rows(me).length).toBe(2);
  });

  test.each([-1, 1e300, "NaN", "free"])("books a request with the bad figure %p as unknown cost", async (figure) => {
    const me = metered("[budget]\nday_usd = 10.0");
    start(me);
    await reportCost(me, figure);
    await waitFor("the row", () => rows(me).length === 1);
    expect(rows(me)[0]).toMatchObject({ source: "unknown" });
  });

  test("prices a request that reports only tokens", async () => {
    const me = metered("[budget]\nday_usd = 10.0");
    start(me);
    await post(`${endpointOf(me)}/v1/logs`, exportOf(telemetryRecord("", { input_tokens: "1000000" })));
    await waitFor("the row", () => rows(me).length === 1);
    expect(rows(me)[0]).toMatchObject({ cost_usd: 3, source: "estimated" });
  });

  test("refuses telemetry that is not JSON, compressed, too long, or for another worker", async () => {
    const me = metered("");
    start(me);
    const url = endpointOf(me);
    const body = exportOf(telemetryRecord(9));
    expect(await post(`${url}/v1/logs`, body, { "content-type": "application/x-protobuf" })).toBe(415);
    expect(await post(`${url}/v1/logs`, body, { "content-encoding": "gzip" })).toBe(415);
    expect(await post(`${url}/v1/logs`, "{")).toBe(400);
    expect(await post(`${url}/v1/logs`, "x".repeat(1_100_000))).toBe(413);
    expect(await post(`${url.replace(/\w$/, "_")}/v1/logs`, body)).toBe(404);
    expect((await fetch(`${url}/v1/logs`)).status).toBe(405);
    expect(await post(`${url}/v1/metrics`, "{}")).toBe(200);
    expect(await post(`${url}/v1/logs`, '{"resourceLogs":7}')).toBe(200);
    expect(rows(me)).toEqual([]);
  });

  test("still takes true records during a flood of connections and a gigabyte", async () => {
    const me = metered("");
    start(me);
    const { port } = new URL(endpointOf(me));
    const flood = Array.from({ length: 40 }, () => {
      const socket = connect(Number(port), "127.0.0.1");
      socket.on("error", () => {});
      socket.write("POST / HTTP/1.1\r\ncontent-length: 1073741824\r\n\r\n");
      return socket;
    });
    await waitFor("a record to get through", async () => (await reportCost(me, 0.01).catch(() => 0)) === 200);
    for (const socket of flood) socket.destroy();
    await waitFor("its row", () => rows(me).length > 0);
    expect(session(me, "looop-w1")?.alive).toBe(true);
  });

  test("is not turned on over the person's own settings; the cost is then unknown until the worker reports it", async () => {
    const me = metered("");
    start(me, "w1", { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1/mine" });
    const env = await waitFor("the worker's environment", () => {
      const text = me.read("../env.txt") ?? me.read("../home/env.txt") ?? "";
      return text.endsWith("\n") && text;
    });
    expect(env).toContain("OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1/mine\n");
    expect(env).not.toContain("CLAUDE_CODE_ENABLE_TELEMETRY");
    looop(["kill", "w1"], { profile: me, stdout: ANYTHING });
    expect(rows(me)).toMatchObject([{ kind: "session", id: "w1", source: "unknown" }]);
  });
});

describe("a worker's own word", () => {
  const say = (me: Profile, usd: string) => looop(["_cost", "session", "w1", "claude", usd], { profile: me });

  test("counts a worker's own report and its telemetry as the same money, whichever comes first", async () => {
    const me = metered("[budget]\nday_usd = 10.0");
    start(me);
    await reportCost(me, 0.3);
    await waitFor("the metered row", () => rows(me).length === 1);
    say(me, "0.5");
    expect(total(me)).toBeCloseTo(0.5, 6);
    await reportCost(me, 0.1);
    await waitFor("the third row", () => rows(me).length === 3);
    expect(total(me)).toBeCloseTo(0.5, 6);
    await reportCost(me, 0.2);
    await waitFor("the fourth row", () => rows(me).length === 4);
    expect(total(me)).toBeCloseTo(0.6, 6);
  });

  test("freezes a worker whose own report passes its cap", async () => {
    const me = metered("[budget]\nworker_usd = 1.0");
    start(me);
    say(me, "1.25");
    await waitFor("the freeze", () => frozen(me));
  });
});

describe("a worker that passes its cap", () => {
  test("is frozen and flagged with figures, and goes on only with more money", async () => {
    const me = metered("[budget]\nworker_usd = 1.0");
    start(me);
    await reportCost(me, 0.98);
    await waitFor("the flag", () => session(me, "looop-w1")?.note ?? undefined);
    expect(session(me, "looop-w1")).toMatchObject({
      frozen: true,
      note: expect.stringMatching(/^over budget, so it is frozen: \$0\.98 of its \$1 is spent.*looop thaw w1 --budget/),
    });
    looop(["tick"], { profile: me, stdout: /NEEDS YOU[\s\S]*⚑ w1/ });
    expect(events(me).map(({ event }) => event)).toContain("over_budget");

    looop(["thaw", "w1", "--budget", "0.5", ME], { profile: me, exit: 1, stderr: /it has spent \$0\.98 already/ });
    looop(["thaw", "w1", "--budget", "x", ME], { profile: me, exit: 2, stderr: /not an amount of USD/ });
    looop(["thaw", "w1", "--budget", "3", ME], { profile: me, stdout: "thawed looop-w1\n" });
    expect(session(me, "looop-w1")).toMatchObject({ frozen: false, note: null });
    await reportCost(me, 0.98);
    await waitFor("the row", () => rows(me).filter(({ kind }) => kind === "session").length === 2);
    expect(frozen(me)).toBe(false);
    await reportCost(me, 0.98);
    await waitFor("the second freeze", () => frozen(me));
  });

  test("may spend its cap again, or one more request, when it is thawed without a figure", async () => {
    const me = metered("[budget]\nworker_usd = 1.0");
    start(me);
    await reportCost(me, 1.2);
    await waitFor("the freeze", () => frozen(me));
    looop(["thaw", "w1", ME], { profile: me, stdout: ANYTHING });
    expect(JSON.parse(me.read("sessions/looop-w1/spend.json") ?? "{}")).toMatchObject({ cap_usd: 2.4 });
  });

  test("is ended instead when the config says so", async () => {
    const me = metered('[budget]\nworker_usd = 1.0\non_breach = "stop"');
    start(me);
    await reportCost(me, 1.2);
    await waitFor("its end", () => session(me, "looop-w1")?.state === "killed");
    expect(session(me, "looop-w1")).toMatchObject({ ended_by: "budget" });
  });

  test("is held by the day's cap too, which no thaw passes", async () => {
    const me = metered("[budget]\nday_usd = 0.5");
    start(me);
    await reportCost(me, 0.48);
    await waitFor("the freeze", () => frozen(me));
    looop(["thaw", "w1", ME], { profile: me, exit: 7, stderr: /held: \$0\.48 of \$0\.5 is spent today/ });
  });
});

test("three workers that spend at once pass a day's cap at most by requests already under way", async () => {
  const me = metered("[budget]\nday_usd = 1.0");
  const ids = ["a", "b", "c"];
  for (const id of ids) start(me, id);
  const each = 0.04;
  await Promise.all(
    ids.map(async (id) => {
      // Each sends one request after another, as an agent does, until it is stopped.
      for (let sent = 0; sent < 60 && !me.read(`sessions/looop-${id}/frozen`); sent++) {
        const before = rows(me).filter((row) => row.id === id).length;
        await reportCost(me, each, id);
        await waitFor("its row", () => rows(me).filter((row) => row.id === id).length > before);
      }
    }),
  );
  await waitFor("all three to stand still", () => ids.every((id) => frozen(me, id)));
  expect(total(me)).toBeLessThanOrEqual(1 + ids.length * each);
  expect(total(me)).toBeGreaterThan(0.8);
});

test("start-session sets a worker's own cap, and only the person may set more than the config", async () => {
  const me = metered("[budget]\nworker_usd = 1.0");
  const command = me.command("claude", "exec sleep 300");
  const words = (id: string) => ["start-session", id, "x", "claude", "--command", command, "--budget", "3"];
  const cap = (id: string) => JSON.parse(me.read(`sessions/looop-${id}/spend.json`) ?? "{}").cap_usd;
  looop(words("w1"), { profile: me, stdout: ANYTHING });
  looop(words("w2"), { profile: me, env: { LOOOP_COST_KIND: "tick" }, stdout: ANYTHING });
  expect([cap("w1"), cap("w2")]).toEqual([3, 1]);
});

describe("a worker that reaches for more than its cap", () => {
  const cap = (me: Profile, id: string) => JSON.parse(me.read(`sessions/looop-${id}/spend.json`) ?? "{}").cap_usd;

  test("does not raise it by a thaw through its own socket while it runs", async () => {
    const me = metered("[budget]\nworker_usd = 1.0");
    start(me);
    const socket = join(me.data, "sessions/looop-w1/control.sock");
    expect(await request(socket, { op: "thaw", budget_usd: 1_000 })).toMatchObject({
      ok: false,
      error: "it is not frozen, so its cap stays",
    });
    expect(await request(socket, { op: "thaw" })).toMatchObject({ ok: true, data: { resumed: 0 } });
    expect(cap(me, "w1")).toBeNull();
    looop(["thaw", "w1", "--budget", "9", ME], { profile: me, exit: 1, stderr: /it is not frozen/ });
  });

  test("shares its own cap with the workers that it starts", () => {
    const me = metered("[budget]\nworker_usd = 5.0");
    const command = me.command("claude", "exec sleep 300");
    const begin = (id: string, by: string | undefined, more: readonly string[] = [], exit = 0) =>
      looop(["start-session", id, "x", "claude", "--command", command, ...more], {
        profile: me,
        env: by === undefined ? {} : { LOOOP_SESSION_ID: by },
        stdout: ANYTHING,
        stderr: ANYTHING,
        exit,
      });
    begin("parent", undefined, ["--budget", "1"]);
    begin("first", "looop-parent", ["--budget", "0.75"]);
    expect([cap(me, "parent"), cap(me, "first")]).toEqual([0.25, 0.75]);
    begin("first", "looop-parent", [], 5);
    expect(cap(me, "parent")).toBe(0.25);
    begin("second", "looop-parent");
    expect([cap(me, "parent"), cap(me, "second")]).toEqual([0, 0.25]);
    begin("third", "looop-parent", ["--budget", "4"], 7);
    begin("grandchild", "looop-first", ["--budget", "4"]);
    expect([cap(me, "first"), cap(me, "grandchild")]).toEqual([0, 0.75]);
  });
});
