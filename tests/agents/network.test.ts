/** That nothing the agents do here can leave the machine. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import process from "node:process";
import { CLIS, type Cli } from "../support/agent-clis.ts";
import { world } from "../support/agent-world.ts";
import { testUnless } from "../support/skip.ts";

/** Why the network is as open as the machine's, in the words of tools/agents.ts; empty when it is not. */
const OPEN = process.env["LOOOP_AGENTS_NET"] ?? "the tests were not started by `test:agents`";

const isolated = testUnless(OPEN === "" ? undefined : OPEN);

/** How a connection to an address of the world outside goes. The address is one that is kept for documentation. */
function outcome(host: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: 443 });
    socket.on("connect", () => resolve("connected"));
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

isolated("the agents have no network but loopback", async () => {
  const devices = readFileSync("/proc/net/dev", "utf8").split("\n").slice(2).filter(Boolean);
  expect(devices.map((line) => line.trim().split(":")[0])).toEqual(["lo"]);
  expect(await outcome("192.0.2.1")).toBe("ENETUNREACH");
});

isolated("what looop starts has none either", async () => {
  const { me, looop } = await world(CLIS[0] as Cli, { scenario: "decide", mode: "agent" });
  me.config(
    'default = "here"\n[runners.here]\ntick = "cat > /dev/null; tail -n +3 /proc/net/dev | wc -l; tail -n +3 /proc/net/dev"\n',
  );

  await looop(["tick"], { stdout: /│ 1\n.*│ +lo: / });
});
