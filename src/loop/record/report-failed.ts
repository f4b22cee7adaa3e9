import type { LooopError } from "../../core/error.ts";
import type { ReportDeps } from "../context/context.ts";

/** Logs a failure of a beat, or of the pulse between two beats. */
export function reportFailed({ log }: Pick<ReportDeps, "log">, { message, hint }: LooopError): void {
  log.line(`beat failed: ${message}`, "red");
  log.line(`  hint: ${hint}`);
}
