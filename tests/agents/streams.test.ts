/**
 * The streams of the real agents, which tests/core/stream/read-event.test.ts reads. LOOOP_GOLDEN=write records them
 * again; otherwise each must still have the same events.
 */
import { describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { BUILT_IN } from "../../src/core/runner/built-in.ts";
import type { Failure } from "../fakes/model/scenario.ts";
import { streamFile } from "../support/golden/recorded-streams.ts";
import { CLIS, SUBSCRIBER } from "../support/model/agent-clis.ts";
import { world } from "../support/model/agent-world.ts";

/** The failure that each agent is recorded with: its usage limit if it reports its end, a wrong key otherwise. */
const STOPPED: Readonly<Record<string, Failure>> = {
  claude: { fail: "limit", resets_in_s: 7_200 },
  pi: { fail: "auth" },
  codex: { fail: "limit", resets_in_s: 7_200 },
  opencode: { fail: "auth" },
};

/** Replaces what belongs to one run: prompts, paths, ids, and times. Ids stay different from each other. */
function scrubbed(stream: string, home: string): string {
  const known = new Map<string, string>();
  const numbered = (id: string) => {
    const number = known.get(id) ?? `${known.size + 1}`.padStart(12, "0");
    known.set(id, number);
    return number;
  };
  return stream
    .replace(/"text":"You are looop(?:[^"\\]|\\.)*"/g, '"text":"You are looop."')
    .replace(/\b\d+:\d\d( ?[ap]m)\b/gi, "4:08$1")
    .replaceAll(dirname(home), "/home/me")
    .replaceAll(dirname(home).replaceAll("/", "-"), "-home-me")
    .replace(
      /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g,
      (id) => `00000000-0000-4000-8000-${numbered(id)}`,
    )
    .replace(/\b(prt|ses)_\w+|\bmsg_[0-9a-f]{12}\w+/g, (id) => `${id.slice(0, 3)}_${numbered(id)}`)
    .replace(/\b1[789]\d{11}\b/g, "1795356220000")
    .replace(/\b1[789]\d{8}\b/g, "1795363707")
    .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, "2026-11-22T14:00:00.000Z")
    .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:1")
    .replace(/"((?:duration|ttft|time_to)\w*_ms)":[\d.]+/g, '"$1":1');
}

/** Returns the type of each event, in order. */
function types(stream: string): string[] {
  const lines = stream.split("\n").filter(Boolean);
  return lines.map((line) => (JSON.parse(line) as { type: string }).type).filter((type) => type !== "message_update");
}

describe.each(CLIS.map((cli) => [cli.name, cli] as const))("%s", (name, cli) => {
  test.each(["acts", "stops"] as const)("%s and prints only known events", async (what) => {
    const script = { name: "beat", when: "You are looop", steps: [STOPPED[name] as Failure] };
    const scenario = what === "acts" ? "decide" : { scripts: [script] };
    const env = name === "claude" && what === "stops" ? SUBSCRIBER : {};
    const { me, looop } = await world(cli, { scenario, mode: "agent", env });
    me.config(
      `default = "${name}"\n[runners.${name}]\ntick = ${JSON.stringify(`${BUILT_IN[name]?.tick} | tee ~/stream`)}\n`,
    );

    await looop(["tick"], { exit: what === "acts" ? 0 : 1 });

    const stream = scrubbed(readFileSync(join(me.home, "stream"), "utf8"), me.home);
    const file = streamFile(name, what);
    if (process.env["LOOOP_GOLDEN"] === "write") {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, stream);
    }
    expect(types(stream)).toEqual(types(readFileSync(file, "utf8")));
  });
});
