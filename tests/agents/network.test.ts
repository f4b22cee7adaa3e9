/** The isolation of these tests: no agent can reach another machine. */
import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import process from "node:process";
import { CLIS, type Cli } from "../support/model/agent-clis.ts";
import { world } from "../support/model/agent-world.ts";
import { run } from "../support/program/run.ts";
import { testUnless } from "../support/program/skip.ts";

/** The reason of tools/agents.ts why the network is open; empty when it is closed. */
const OPEN = process.env["LOOOP_AGENTS_NET"] ?? "the tests were not started by `test:agents`";

const isolated = testUnless(OPEN === "" ? undefined : OPEN);

isolated("the agents reach only loopback", () => {
  const devices = readFileSync("/proc/net/dev", "utf8").split("\n").slice(2).filter(Boolean);
  expect(devices.map((line) => line.trim().split(":")[0])).toEqual(["lo"]);
  // An address that is kept for documentation.
  const tried = run(["bash", "-c", "exec 3<>/dev/tcp/192.0.2.1/443"], { env: {}, cwd: "/" });
  expect(tried.stderr).toContain("Network is unreachable");
});

isolated("a runner that looop starts reaches only loopback", async () => {
  const { me, looop } = await world(CLIS[0] as Cli, { scenario: "decide", mode: "agent" });
  me.config(
    'default = "here"\n[runners.here]\ntick = "cat > /dev/null; tail -n +3 /proc/net/dev | wc -l; tail -n +3 /proc/net/dev"\n',
  );

  await looop(["tick"], { stdout: /│ 1\n.*│ +lo: / });
});
