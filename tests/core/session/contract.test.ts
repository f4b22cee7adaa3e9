import { expect, test } from "bun:test";
import { workerContract } from "../../../src/core/session/contract.ts";
import { golden } from "../../support/golden/golden.ts";

test("the worker contract is the text in tests/golden/contract.txt", () => {
  golden(
    "contract.txt",
    workerContract({ id: "fix-login", session: "looop-fix-login", runner: "claude", dataDir: "/d" }),
  );
});

test("a data folder with quotes and spaces cannot break out of the contract's commands", () => {
  const text = workerContract({ id: "a", session: "looop-a", runner: "it's; rm -rf ~", dataDir: "/my 'own' $(data)" });
  expect(text).toContain(`data folder, '/my '\\''own'\\'' $(data)'`);
  expect(text).toContain(`_cost session a 'it'\\''s; rm -rf ~' <usd>`);
});
