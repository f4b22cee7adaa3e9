/** The release for linux-arm64 on a processor of that kind, emulated. By hand: `npm run test:machines`. */
import { expect, test } from "bun:test";
import project from "../../package.json" with { type: "json" };
import { onArm64 } from "../support/machine/arm64.ts";

test("the release for linux-arm64 says its version, runs the demo, and starts, shows and ends a worker", () => {
  const said = onArm64(`uname -m; looop version
looop demo; echo "demo ended with $?"
looop start-session w1 --command 'sleep 1000'
looop ls; looop kill w1; looop ls`);
  expect(said).toContain(`aarch64\nlooop ${project.version}\n`);
  expect(said).toContain("Nothing is left running");
  expect(said).toContain("\ndemo ended with 0\nstarted looop-w1 ");
  expect(said).toMatch(/\nlooop-w1 +running [\s\S]+\nkilled session looop-w1\n[\s\S]+\nlooop-w1 +killed /);
});
