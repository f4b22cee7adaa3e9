/** Serves a folder on loopback, and can break off in the middle of a file. */
import { onTestFinished } from "bun:test";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

export interface FileServer {
  readonly url: string;
  /** The requested paths, in order. */
  readonly asked: readonly string[];
}

/** Serves `folder` until the test ends. Of the files in `cut`, only the first half comes, though all is announced. */
export async function serve(folder: string, cut: readonly string[] = []): Promise<FileServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const name = (request.url ?? "").slice(1);
    asked.push(name);
    const content = contentOf(join(folder, name));
    if (content === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { "content-length": content.length });
    if (!cut.includes(name)) return void response.end(content);
    response.write(content.subarray(0, content.length / 2), () => response.destroy());
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

function contentOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
