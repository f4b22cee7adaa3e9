import { describe, expect, test } from "bun:test";
import { childEnv } from "../../../src/core/session/child-env.ts";

describe("childEnv()", () => {
  const places = { bin: "/b", data: "/d", config: "/c", claims: "/d/claims", reports: "/d/reports", ledger: "/d/l" };

  test("sets looop's paths over old values and keeps the rest", () => {
    const env = childEnv(
      { PATH: "/bin", EMPTY: "", CONFIG: "mine", LOOOP_BIN: "/old", LOOOP_COST_LEDGER: "/old" },
      places,
    );

    expect(env).toEqual({
      PATH: "/bin",
      EMPTY: "",
      CONFIG: "mine",
      LOOOP_BIN: "/b",
      LOOOP_DATA_DIR: "/d",
      LOOOP_CONFIG: "/c",
      LOOOP_CLAIMS_DIR: "/d/claims",
      LOOOP_REPORTS_DIR: "/d/reports",
      LOOOP_COST_LEDGER: "/d/l",
    });
  });

  test("removes another session's identity and another call's meter", () => {
    const foreign = {
      BABYSIT_DIR: "x",
      BABYSIT_SESSION_ID: "x",
      LOOOP_SESSION_ID: "x",
      LOOOP_COST_KIND: "x",
      LOOOP_COST_ID: "x",
    };

    expect(Object.keys(childEnv(foreign, places)).filter((name) => name in foreign)).toEqual([]);
  });

  test("removes only the variables that control looop's compiled runtime", () => {
    const mine = { NODE_OPTIONS: "x", LD_PRELOAD: "x", BUN_INSTALL: "x", BUN_CONFIG_REGISTRY: "x" };
    const meant = {
      BUN_OPTIONS: "x",
      BUN_BE_BUN: "1",
      BUN_INSPECT: "x",
      BUN_INSPECT_CONNECT_TO: "x",
      BUN_INSPECT_NOTIFY: "x",
      BUN_BYTECODE_ORDER_OUT: "x",
    };

    const env = childEnv({ ...mine, ...meant }, places);

    expect(Object.keys(env).filter((name) => name in mine || name in meant)).toEqual(Object.keys(mine));
  });
});
