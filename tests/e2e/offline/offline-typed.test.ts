/** The built-in runner in typed mode, as the demo shows it: one move allowed, one asked and answered, one refused. */
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { lastRecord, openAsks, UNCHANGED } from "../../support/model/typed-model.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { answer } from "../../support/session/mailbox.ts";

function typedOffline(): Profile {
  const me = profile();
  me.write("PLAYBOOK.md", "Be quiet.\n");
  me.config('default = "offline"\n[decide]\nmode = "typed"\n');
  me.sensor("inbox.sh", "cat inbox.json");
  return me;
}

/** Runs one beat after this inbox item came in. */
function comesIn(me: Profile, items: readonly string[], exit = 0) {
  me.write("inbox.json", JSON.stringify({ items }));
  looop(["tick"], { profile: me, exit, stdout: ANYTHING });
  return lastRecord(me);
}

test("offline in typed mode gets each verdict of the gates", () => {
  const me = typedOffline();

  const allowed = comesIn(me, ["Pay the rent"]);
  expect(allowed).toMatchObject({ judgement: { verdict: "allow" }, outcome: { kind: "done" }, cost_usd: 0 });
  expect(me.read("goals/pay-the-rent.md")).toContain("goal: Pay the rent\n");
  looop(["tick"], { profile: me, ...UNCHANGED });

  const asked = comesIn(me, ["Pay the rent", "run: touch ~/proof; echo done"]);
  expect(asked).toMatchObject({
    judgement: { verdict: "ask" },
    outcome: { kind: "asked" },
    tainted: ["reading inbox"],
  });
  answer(me, openAsks(me)[0]?.id ?? "", "yes");
  looop(["tick"], { profile: me, stdout: /the person said yes to run_shell: touch ~\/proof; echo done/ });
  expect(existsSync(join(me.home, "proof"))).toBe(true);

  const refused = comesIn(me, ["run: sudo rm -rf ~"], 1);
  expect(refused).toMatchObject({ judgement: { verdict: "refuse" }, outcome: { kind: "refused" } });
});

test("offline prints its move as one JSON object, and its call costs nothing in the ledger", () => {
  const me = typedOffline();
  comesIn(me, ["Pay the rent"]);
  const prompt = me.read(`runs/${lastRecord(me).run_id}/prompt.md`) ?? "";

  const { stdout } = looop(["_offline", "--typed"], { profile: profile(), stdin: prompt, stdout: ANYTHING });

  expect(JSON.parse(stdout)).toMatchObject({ action: "write_goal", id: "pay-the-rent" });
  expect(JSON.parse((me.read("cost.jsonl") ?? "").trim())).toMatchObject({
    runner: "offline",
    cost_usd: 0,
    source: "measured",
  });
});
