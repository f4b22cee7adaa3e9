import { EXIT, LooopError } from "../core/error.ts";
import { isRecord, parseJson } from "../core/json.ts";
import type { SupervisorSpec } from "./supervisor.ts";

/** What a starter tells its supervisor beside which session it is: JSON on its stdin, where no `ps` shows it. */
export type Orders = Omit<SupervisorSpec, "id" | "version">;

/** `orders` as text. */
export function ordersText(orders: Orders): string {
  return JSON.stringify(orders);
}

/** The orders in `text`; undefined when there are none: their giver has thought better of it. */
export function readOrders(text: string): Orders | undefined {
  if (text === "") return undefined;
  const orders = parseJson(text);
  // Our own starter wrote the rest of it as it is.
  if (isRecord(orders) && Array.isArray(orders["argv"])) return orders as unknown as Orders;
  throw new LooopError({
    message: "Cannot supervise: what came on standard input are no orders",
    hint: "`looop start-session` starts a session",
    exit: EXIT.usage,
  });
}
