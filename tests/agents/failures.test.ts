/** The real agents when the model does not answer: how looop reads the end of each. */
import { describe, expect, test } from "bun:test";
import type { Failure } from "../fakes/model/scenario.ts";
import { CHATGPT, CLIS, type Cli, SUBSCRIBER } from "../support/model/agent-clis.ts";
import { type World, type WorldOptions, world } from "../support/model/agent-world.ts";
import { events } from "../support/model/shell-decider.ts";
import { testUnless } from "../support/program/skip.ts";
import { waitFor } from "../support/program/wait-for.ts";

type Kind = Failure["fail"];

/** In whose words each of them ends, as looop shows them. opencode tries until it is ended, and says why on stderr. */
const WORDS: Readonly<Record<Cli["name"], Readonly<Record<Exclude<Kind, "limit">, RegExp>>>> = {
  claude: {
    "429":
      /reports an error: API Error: Request rejected \(429\) · Number of request tokens has exceeded your rate limit$/,
    "500": /reports an error: API Error: 500 Internal server error\. This is a server-side issue/,
    auth: /reports an error: Invalid API key/,
    cut: /reports an error: API Error: Connection to the API was lost \(ECONNRESET\)/,
    hang: /^it did not end within \d+ s \(LOOOP_TICK_TIMEOUT\)/,
  },
  pi: {
    "429": /reports an error: 429 Number of request tokens has exceeded your rate limit$/,
    "500": /reports an error: 500 Internal server error$/,
    auth: /reports an error: 401 invalid x-api-key$/,
    cut: /reports an error: terminated$/,
    hang: /^it did not end within \d+ s \(LOOOP_TICK_TIMEOUT\)/,
  },
  codex: {
    "429": /reports an error: exceeded retry limit, last status: 429 Too Many Requests$/,
    "500": /reports an error: We’re currently experiencing high demand/,
    auth: /reports an error: unexpected status 401 Unauthorized: Incorrect API key provided/,
    cut: /reports an error: stream disconnected before completion/,
    hang: /^it did not end within \d+ s \(LOOOP_TICK_TIMEOUT\)/,
  },
  opencode: {
    "429": /^it did not end within \d+ s .*[\s\S]*Rate limit reached for requests/,
    "500": /^it did not end within \d+ s .*[\s\S]*The server had an error/,
    auth: /reports an error: Incorrect API key provided$/,
    cut: /^it did not end within \d+ s .*[\s\S]*(?:error|closed|connection)/i,
    hang: /^it did not end within \d+ s \(LOOOP_TICK_TIMEOUT\)/,
  },
};

/** The agents that do not report when a limit ends, with the reason: looop then waits as after any failure. */
const NO_RESET: Readonly<Record<Cli["name"], string | undefined>> = {
  claude: undefined,
  pi: undefined,
  codex: undefined,
  opencode: "opencode 1.18.33 sleeps for as long as the API's retry-after says, and prints no time",
};

/** Long enough for an agent to start and to try, on a busy machine; one that hangs need not get far. */
const TIMEOUT = { LOOOP_TICK_TIMEOUT: "25" };
const SHORT = { LOOOP_TICK_TIMEOUT: "12" };

const failing = (fail: Failure): WorldOptions["scenario"] => ({
  scripts: [{ name: "beat", when: "You are looop", steps: [fail] }],
});

/** Returns the event of the last failed beat. */
function failure({ me }: World): string {
  return String(events(me).findLast(({ event }) => event === "tick_failed")?.["error"]);
}

/** Checks that a failed beat changed nothing. */
function untouched({ me }: World): void {
  expect(me.read("goals/docs.md")).toBe("Docs.\n");
  expect(me.read("journal.md") ?? "").not.toContain("looked at docs");
  expect(me.read(".last-tick-hash")).toBeUndefined();
}

describe.each(CLIS.map((cli) => [cli.name, cli] as const))("%s", (name, cli) => {
  const kinds: Exclude<Kind, "limit">[] = ["429", "500", "auth", "cut", "hang"];

  test.each(kinds)("fails by %s: looop says why in plain words, and waits", async (kind) => {
    const env = kind === "hang" && name !== "opencode" ? SHORT : TIMEOUT;
    const here = await world(cli, { scenario: failing({ fail: kind }), mode: "agent", env });
    const { looop, asked } = here;

    const { stdout } = await looop(["tick"], { exit: 1 });

    expect(failure(here)).toMatch(WORDS[name][kind]);
    expect(stdout).toContain(`: ${failure(here).split("\n")[0]}`);
    untouched(here);
    const calls = asked("beat");
    expect(calls).toBeGreaterThan(0);
    await looop(["tick"], { exit: 7, stdout: /held until .*: the last beat failed/ });
    expect(asked("beat")).toBe(calls);
  });

  test("fails in typed mode by a wrong key, and its next prompt says so", async () => {
    const here = await world(cli, { scenario: failing({ fail: "auth" }), mode: "typed", env: TIMEOUT });
    const { me, server, looop } = here;

    await looop(["tick"], { exit: 1 });

    expect(failure(here)).toMatch(WORDS[name].auth);
    untouched(here);
    server.play("propose");
    me.write("PLAYBOOK.md", "Keep the goals up to date. The key is mended.\n");
    await looop(["tick"], { stdout: /move: write_goal docs/ });
    const prompt = JSON.stringify(server.requests.at(-1)?.body);
    expect(prompt).toContain("LAST FAILURE");
    expect(prompt).toContain("the runner reports an error: ");
  });

  testUnless(NO_RESET[name])("waits at its usage limit until the limit ends, whatever is edited", async () => {
    const env = { ...TIMEOUT, ...(name === "claude" ? SUBSCRIBER : {}) };
    const here = await world(cli, { scenario: failing({ fail: "limit", resets_in_s: 7_200 }), mode: "agent", env });
    const { me, looop, asked } = here;
    // At a limit of Anthropic's pi sleeps for as long as the API says, and prints nothing meanwhile; at ChatGPT's it ends.
    if (name === "pi") me.config(`default = "pi"\n[runners.pi]\ntick = "${CHATGPT}"\n`);

    await looop(["tick"], { exit: 1, stdout: /limit.*; it is asked again after \d\d:\d\d/ });

    untouched(here);
    const calls = asked("beat");
    me.write("PLAYBOOK.md", "Keep the goals up to date, please.\n");
    await looop(["tick"], { exit: 7, stdout: new RegExp(`held until .*: ${name} is at its (?:session )?usage limit`) });
    expect(asked("beat")).toBe(calls);
    const until = Date.parse(String(events(me).findLast(({ event }) => event === "tick_held")?.["until"]));
    const leftS = (until - Date.now()) / 1_000;
    // codex and pi say the end in words, which hold for an hour at most.
    const endS = name === "claude" ? 7_200 : 3_600;
    expect(leftS).toBeGreaterThan(endS - 200);
    expect(leftS).toBeLessThan(endS + 90);
    await looop(["status"], {
      stdout: new RegExp(`held: ${name} is at its (?:session )?usage limit .*, for (?:[12]h|59m) more`),
    });
  });
});

test("claude decides again when its usage limit has ended", async () => {
  const cli = CLIS.find(({ name }) => name === "claude") as Cli;
  const here = await world(cli, {
    ...{ scenario: failing({ fail: "limit", resets_in_s: 15 }), mode: "agent" },
    env: { ...TIMEOUT, ...SUBSCRIBER },
  });
  const { me, server, looop } = here;
  await looop(["tick"], { exit: 1 });
  server.play("decide");
  me.write("PLAYBOOK.md", "Keep the goals up to date, please.\n");
  await looop(["tick"], { exit: 7 });

  await waitFor("the limit to end", async () => (await looop(["tick"])).exit === 0, 60_000);

  expect(me.read("goals/docs.md")).toContain("Seen by the model.");
});
