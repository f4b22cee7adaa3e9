/** What the real agents printed, recorded by tests/agents/streams.test.ts. */
import { join } from "node:path";
import { ROOT } from "../../../tools/project.ts";

export type Recorded = "acts" | "stops";

/** Returns the path of a recorded stream. */
export function streamFile(runner: string, what: Recorded): string {
  return join(ROOT, "tests/fixtures/streams", `${runner}-${what}.jsonl`);
}
