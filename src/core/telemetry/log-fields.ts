import { isRecord } from "../json.ts";
import { isUsd } from "../money/call.ts";
import type { Tokens } from "../money/usage.ts";

/** The usage of one request, as a program reports it. */
export interface ReportedUsage {
  /** Undefined when the program reports no cost, or one that cannot be true. */
  readonly costUsd: number | undefined;
  readonly tokens: Tokens;
}

/** The attributes of one OTLP log record. Numbers may be written as text: JSON has no 64-bit integers. */
export class LogFields {
  readonly #attributes: readonly unknown[];

  constructor(attributes: unknown) {
    this.#attributes = Array.isArray(attributes) ? attributes : [];
  }

  /** Returns an attribute's value, whichever of the OTLP types it has. */
  get(key: string): unknown {
    const value = this.#attributes.find((it) => isRecord(it) && it["key"] === key);
    const typed = isRecord(value) ? value["value"] : undefined;
    if (!isRecord(typed)) return undefined;
    return typed["stringValue"] ?? typed["intValue"] ?? typed["doubleValue"];
  }

  /** Returns a whole number; 0 for a missing, negative or huge one. */
  count(key: string): number {
    const number = numberOf(this.get(key)) ?? 0;
    return number > 0 && number < Number.MAX_SAFE_INTEGER ? Math.trunc(number) : 0;
  }

  /** Returns an amount in USD; undefined when it is missing, or more than one call can cost. */
  usd(key: string): number | undefined {
    const number = numberOf(this.get(key));
    return isUsd(number) ? number : undefined;
  }
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^-?\d+(\.\d+)?(e-?\d+)?$/i.test(value) ? Number(value) : undefined;
}
