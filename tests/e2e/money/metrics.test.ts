/** looop's own metrics, exported only to the collector in the config. */
import { describe, expect, test } from "bun:test";
import { type Collector, collect } from "../../support/machine/collector.ts";
import { events } from "../../support/model/shell-decider.ts";
import { ANYTHING, looop, looopAsync, start } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { reportCost } from "../../support/session/worker-telemetry.ts";
import { fleetProfile } from "../../support/session/workers.ts";

const RESULT = {
  ...{ type: "result", subtype: "success", is_error: false, total_cost_usd: 0.25 },
  result: '{"action":"noop","journal":"SECRET words"}',
  usage: { input_tokens: 900, cache_read_input_tokens: 100, output_tokens: 70 },
};

/** A typed decider in claude's format; its command names the model. */
function exporting(me: Profile, otlp: string | undefined, end = "exit 0", interval = ""): Profile {
  me.write("PLAYBOOK.md", "SECRET playbook\n");
  const script = me.command("model", `cat > /dev/null; echo '${JSON.stringify(RESULT)}'; ${end}`);
  const telemetry = otlp === undefined ? "" : `[telemetry]\notlp = "${otlp}"\n`;
  const decide = `${script} --model claude-sonnet-4-5`;
  me.config(
    `default = "fake"\n${interval}[decide]\nmode = "typed"\n${telemetry}[runners.fake]\ndecide = ${JSON.stringify(decide)}\n`,
  );
  return me;
}

const tick = (me: Profile, expected: Parameters<typeof looopAsync>[1] = {}) =>
  looopAsync(["tick"], { profile: me, stdout: ANYTHING, ...expected });

/** Returns a profile with a metered worker. */
async function withWorker(otlp: string): Promise<Profile> {
  const me = fleetProfile(`default = "offline"\n[telemetry]\notlp = "${otlp}"\n`);
  const command = me.command("claude", "exec sleep 300");
  await looopAsync(["start-session", "w1", "x", "claude", "--command", command], { profile: me, stdout: ANYTHING });
  return me;
}

const named = (collector: Collector, metric: string) => collector.points().filter((point) => point.metric === metric);

const WHO = {
  "gen_ai.operation.name": "invoke_agent",
  "gen_ai.provider.name": "anthropic",
  "gen_ai.request.model": "claude-sonnet-4-5",
  "looop.runner": "fake",
  "looop.kind": "tick",
};

describe("[telemetry] otlp", () => {
  test("exports tokens, seconds and USD of a decide by the names of the GenAI conventions", async () => {
    const collector = await collect();
    const before = Date.now();
    await tick(exporting(profile(), collector.url));
    expect(collector.paths).toEqual(["POST /v1/metrics application/json"]);
    const usage = { unit: "{token}", temporality: 1 };
    expect(named(collector, "gen_ai.client.token.usage")).toMatchObject([
      { ...usage, value: 1_000, attributes: { ...WHO, "gen_ai.token.type": "input" } },
      { ...usage, value: 70, attributes: { ...WHO, "gen_ai.token.type": "output" } },
    ]);
    expect(named(collector, "looop.cost.usd")).toMatchObject([
      { unit: "{USD}", value: 0.25, attributes: { ...WHO, "looop.cost.source": "measured" } },
    ]);
    const [duration, ...more] = named(collector, "gen_ai.client.operation.duration");
    expect(more).toEqual([]);
    expect(duration).toMatchObject({ unit: "s", attributes: WHO });
    expect(duration?.value).toBeGreaterThan(0);
    expect(duration?.value).toBeLessThan(60);
    expect(duration?.startMs).toBeGreaterThanOrEqual(before);
    expect(duration?.endMs).toBeGreaterThanOrEqual(duration?.startMs ?? 0);
  });

  test("exports no content, and nothing for a skipped beat", async () => {
    const collector = await collect();
    const me = exporting(profile(), collector.url);
    await tick(me);
    expect(collector.bodies.join("")).not.toMatch(/SECRET|noop|journal/);
    await tick(me, { stdout: /world unchanged/ });
    expect(collector.bodies).toHaveLength(1);
  });

  test("exports the kind of a decide's failure", async () => {
    const collector = await collect();
    await tick(exporting(profile(), collector.url, "echo SECRET >&2; exit 3"), { exit: 1 });
    const [duration] = named(collector, "gen_ai.client.operation.duration");
    expect(duration?.attributes["error.type"]).toBe("exit_3");
    expect(collector.bodies.join("")).not.toContain("SECRET");
  });

  test("exports nothing when it is not set, whatever OTEL_ variables say", async () => {
    const collector = await collect();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_METRICS_EXPORTER: "otlp" };
    await tick(exporting(profile(), undefined), { env });
    expect(collector.paths).toEqual([]);
  });

  test("logs an unreachable collector and still succeeds", async () => {
    const { stdout } = await tick(exporting(profile(), "http://127.0.0.1:9"));
    expect(stdout).toMatch(/└─ done/);
    expect(stdout).toMatch(/metrics: Cannot send to http:\/\/127\.0\.0\.1:9\/v1\/metrics/);
  });

  test("gives up a collector that never answers after seconds, and still succeeds", async () => {
    const collector = await collect("never");
    const beganMs = performance.now();
    const { stdout } = await tick(exporting(profile(), collector.url));
    expect(stdout).toMatch(/└─ done[\s\S]*metrics: Cannot send/);
    expect(performance.now() - beganMs).toBeLessThan(15_000);
  });

  test("reports a collector that refuses once in a pulse, however many beats decide", async () => {
    const collector = await collect(503);
    const me = exporting(profile(), collector.url, "exit 0", "interval = 1\nbusy_interval = 1\n");
    me.sensor("clock", "date +%s%N");
    const pulse = start(["run"], { profile: me });
    await waitFor("three exports", () => collector.paths.length >= 3);
    pulse.signal("SIGTERM");
    const { stdout } = await pulse.ended({ stdout: ANYTHING });
    expect(stdout.match(/metrics: .*it answered 503/g)).toHaveLength(1);
  });

  test("refuses an address that is not a collector's", async () => {
    const me = exporting(profile(), "127.0.0.1:4318");
    await tick(me, {
      exit: 3,
      stdout: "",
      stderr: /telemetry\.otlp.*the address of a collector, like http:\/\/127\.0\.0\.1:4318/,
    });
  });

  test("exports each metered request of a worker", async () => {
    const collector = await collect();
    const me = await withWorker(`${collector.url}/`);
    await reportCost(me, 0.03);
    await waitFor("the export", () => collector.paths.length === 1);
    expect(collector.paths).toEqual(["POST /v1/metrics application/json"]);
    const who = { "looop.kind": "session", "looop.runner": "claude", "gen_ai.provider.name": "anthropic" };
    expect(named(collector, "looop.cost.usd")).toMatchObject([{ value: 0.03, attributes: who }]);
    expect(named(collector, "gen_ai.client.token.usage").length).toBe(2);
    expect(named(collector, "gen_ai.client.operation.duration")).toEqual([]);
    expect(collector.bodies.join("")).not.toContain("SECRET");
    expect(events(me).filter(({ event }) => event === "export_failed")).toEqual([]);
  });

  test("reports a collector that refuses a worker's figures once in the events, and books everything", async () => {
    const collector = await collect(500);
    const me = await withWorker(collector.url);
    for (const usd of [0.01, 0.02, 0.03]) await reportCost(me, usd);
    await waitFor("three exports", () => collector.paths.length === 3);
    const failures = () => events(me).filter(({ event }) => event === "export_failed");
    await waitFor("the event", () => failures().length > 0);
    expect(failures()).toMatchObject([{ error: expect.stringContaining("it answered 500") }]);
    looop(["cost", "today"], { profile: me, stdout: /0\.06/ });
  });
});
