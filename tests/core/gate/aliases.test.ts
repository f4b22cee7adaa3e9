import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { Aliases } from "../../../src/core/gate/aliases.ts";
import type { Move } from "../../../src/core/move/move.ts";
import { withRealNames } from "../../../src/core/move/real-names.ts";

const digest = (text: string) => createHash("sha256").update(text).digest("hex");

describe("Aliases", () => {
  test("gives a name the same alias in every prompt, and another one to another kind", () => {
    const [one, other] = [new Aliases([], digest), new Aliases([], digest)];
    expect(one.of("goal", "delete-all-backups-now")).toBe(other.of("goal", "delete-all-backups-now"));
    expect(one.of("goal", "x")).toMatch(/^goal-[0-9a-f]{4}$/);
    expect(one.of("worker", "x")).toMatch(/^worker-[0-9a-f]{4}$/);
    expect(one.of("worker", "x").slice(7)).not.toBe(one.of("goal", "x").slice(5));
  });

  test("gives back the name, of a handle too, and leaves every other text", () => {
    const names = new Aliases([], digest);
    const alias = names.of("goal", "docs");
    expect(["docs", alias, `goal:${alias}`, `${alias}x`, ""].map((text) => names.real(text))).toEqual([
      "docs",
      "docs",
      "goal:docs",
      `${alias}x`,
      "",
    ]);
  });

  test("makes an alias longer that equals a real name or another alias", () => {
    const alias = new Aliases([], digest).of("goal", "docs");
    const names = new Aliases([alias], digest);
    expect(names.of("goal", "docs")).toBe(`goal-${digest("goal:docs").slice(0, 5)}`);
    expect(names.real(alias)).toBe(alias);
    const same = new Aliases([], () => "0123456789");
    expect([same.of("goal", "a"), same.of("goal", "b"), same.of("goal", "c")]).toEqual([
      "goal-0123",
      "goal-01234",
      "goal-012345",
    ]);
  });
});

describe("withRealNames()", () => {
  const names = new Aliases([], digest);
  const [goal, worker, schedule] = [names.of("goal", "g"), names.of("worker", "w"), names.of("schedule", "s")];
  const moves: [title: string, move: object, want: object][] = [
    ["a goal", { action: "archive_goal", id: goal }, { id: "g" }],
    ["a worker", { action: "tell_worker", id: worker, msg: goal }, { id: "w", msg: goal }],
    ["a schedule", { action: "drop_schedule", name: schedule }, { name: "s" }],
    ["what is looked at", { action: "look", readings: [`goal:${goal}`, "ci"] }, { readings: ["goal:g", "ci"] }],
  ];
  test.each(moves)("gives back the name of %s", (_title, move, want) => {
    const found = withRealNames({ journal: goal, ...move } as unknown as Move, names);
    expect(found).toMatchObject({ hadAlias: true, move: { ...want, journal: goal } });
  });

  test("leaves a move without an alias", () => {
    const move: Move = { action: "archive_goal", id: "docs", journal: "done" };
    expect(withRealNames(move, names)).toEqual({ move, hadAlias: false });
  });
});
