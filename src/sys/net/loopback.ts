import { systemError } from "../errno.ts";
import type { Connection } from "../sys.ts";
import type { Port } from "./net.ts";
import { openNet } from "./open-net.ts";

/** Listens on a free port of this machine's own address, which nobody outside can reach. */
export async function listenLoopback(onConnection: (connection: Connection) => void): Promise<Port> {
  try {
    return await (await openNet()).listen("loopback", onConnection);
  } catch (error) {
    throw systemError(error, "listen on", "127.0.0.1");
  }
}
