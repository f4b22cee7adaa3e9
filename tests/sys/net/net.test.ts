/** Local sockets: both ways to them keep one contract. Node's is what Deno uses; its own runs are in the end-to-end suite. */
import { describe, expect, test } from "bun:test";
import { existsSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bytesOf, utf8 } from "../../../src/core/text.ts";
import { net as bun } from "../../../src/sys/net/net-bun.ts";
import { net as node } from "../../../src/sys/net/net-deno.ts";
import { sockets } from "../../../src/sys/net/socket.ts";
import type { Connection } from "../../../src/sys/sys.ts";
import { dataFolder } from "../../support/program/data-folder.ts";
import { waitFor } from "../../support/program/wait-for.ts";

const BIG = 8_000_000;

/** What one end hears, in order. */
function hearing(connection: Connection, closesWithPeer = false) {
  const heard = { text: "", bytes: 0, told: [] as string[] };
  connection.on({
    onData: (bytes) => {
      heard.bytes += bytes.length;
      if (bytes.length < 100) heard.text += utf8(bytes);
    },
    onDrain: () => heard.told.push("drain"),
    onEnd: () => {
      heard.told.push("end");
      if (closesWithPeer) connection.end();
    },
    onClose: () => heard.told.push("close"),
  });
  return heard;
}

describe.each([
  ["Bun's", bun],
  ["Node's", node],
])("%s sockets", (_name, net) => {
  /** Both ends of one connection, and what they hear. */
  async function pair() {
    const path = join(dataFolder().data, "s");
    const arrived = Promise.withResolvers<{ connection: Connection; heard: ReturnType<typeof hearing> }>();
    const port = await net.listen(path, (connection) => arrived.resolve({ connection, heard: hearing(connection) }));
    const near = await net.connect(path);
    const nearHeard = hearing(near, true);
    const far = await arrived.promise;
    port.close();
    return { near, nearHeard, far: far.connection, farHeard: far.heard };
  }

  test("answer a client that has already closed its side, and call back both ends once", async () => {
    const { near, nearHeard, far, farHeard } = await pair();
    near.write(bytesOf("question"));
    near.end();
    await waitFor("the end of the question", () => farHeard.told.includes("end"));
    far.write(bytesOf("answer"));
    far.end();
    await waitFor("both ends", () => nearHeard.told.includes("close") && farHeard.told.includes("close"));

    expect(farHeard).toMatchObject({ text: "question", told: ["end", "close"] });
    expect(nearHeard.text).toBe("answer");
    expect(nearHeard.told.filter((what) => what === "close")).toEqual(["close"]);
  });

  test("keep what a paused reader has not taken, and send it all before the end", async () => {
    const { near, nearHeard, far, farHeard } = await pair();
    near.pause();
    for (let sent = 0; sent < BIG; sent += 1_000_000) far.write(new Uint8Array(1_000_000));
    expect(far.queuedBytes).toBeGreaterThan(BIG / 2);
    far.end();
    far.write(bytesOf("too late"));
    near.resume();
    await waitFor("the end", () => nearHeard.told.includes("end"));
    near.end();
    await waitFor("the close", () => farHeard.told.includes("close"));

    expect(nearHeard).toMatchObject({ bytes: BIG, text: "" });
    expect(far.queuedBytes).toBe(0);
  });

  test("report when everything was taken, only if something had been queued", async () => {
    const { near, nearHeard, far, farHeard } = await pair();
    far.write(bytesOf("small"));
    await waitFor("the first words", () => nearHeard.text === "small");
    expect(farHeard.told).toEqual([]);
    near.pause();
    far.write(new Uint8Array(BIG));
    near.resume();
    await waitFor("the rest", () => nearHeard.bytes === BIG + 5);
    await waitFor("the drain", () => farHeard.told.length > 0);

    expect(farHeard.told).toEqual(["drain"]);
    far.destroy();
    near.destroy();
  });

  test.each(["near", "far"] as const)(
    "tell both ends when the %s one gives up, even with bytes on the way",
    async (who) => {
      const ends = await pair();
      ends.near.pause();
      ends.far.write(new Uint8Array(BIG));
      ends[who].destroy();
      ends.near.resume();
      await waitFor("both closes", () => ends.nearHeard.told.includes("close") && ends.farHeard.told.includes("close"));
      ends.near.write(bytesOf("into nothing"));
      ends.far.write(bytesOf("into nothing"));

      expect(ends.nearHeard.told.filter((what) => what === "close")).toEqual(["close"]);
      expect(ends.farHeard.told.filter((what) => what === "close")).toEqual(["close"]);
    },
  );

  test("refuse with the system's own code", async () => {
    const folder = dataFolder().data;
    writeFileSync(join(folder, "file"), "");

    expect(net.connect(join(folder, "nobody"))).rejects.toMatchObject({ code: "ENOENT" });
    expect(net.connect(join(folder, "file"))).rejects.toMatchObject({
      code: expect.stringMatching(/ECONNREFUSED|ENOTSOCK/),
    });
    expect(net.listen(join(folder, "none/s"), () => {})).rejects.toMatchObject({
      code: expect.stringMatching(/ENOENT|EACCES/),
    });
  });
});

describe("a session's socket", () => {
  test("is private to its owner, and removed when its listener closes", async () => {
    const path = join(dataFolder().data, "control.sock");
    const listener = await sockets.listen(path, (connection) => connection.destroy());
    expect(statSync(path).mode & 0o777).toBe(0o600);
    listener.close();

    expect(existsSync(path)).toBe(false);
  });

  test("replaces a stale socket, never a live one", async () => {
    const path = join(dataFolder().data, "control.sock");
    const first = await sockets.listen(path, (connection) => connection.destroy());
    expect(sockets.listen(path, () => {})).rejects.toThrow("another process answers on it");
    const dead = join(dataFolder().data, "control.sock");
    const gone = await bun.listen(`${dead}.first`, () => {});
    renameSync(`${dead}.first`, dead);
    gone.close();
    const second = await sockets.listen(dead, (connection) => connection.destroy());

    const client = await sockets.connect(dead);
    expect(client).toBeDefined();
    client?.destroy();
    first.close();
    second.close();
  });

  test("is not removed once a later session has replaced it", async () => {
    const path = join(dataFolder().data, "control.sock");
    const listener = await sockets.listen(path, (connection) => connection.destroy());
    writeFileSync(`${path}.new`, "another's");
    renameSync(`${path}.new`, path);
    listener.close();

    expect(existsSync(path)).toBe(true);
  });
});
