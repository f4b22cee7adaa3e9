import type { Finding } from "../../core/doctor/finding.ts";
import type { Paths } from "../../store/paths.ts";
import type { Inspect } from "../../sys/process/inspect.ts";
import type { App } from "../open.ts";

/** The things that every check uses. */
export interface DoctorDeps {
  readonly app: App;
  readonly paths: Paths;
  readonly inspect: Inspect;
}

/** Checks one part and changes nothing. A LooopError that it throws is reported as a problem of that part. */
export type Check = (deps: DoctorDeps) => readonly Finding[] | Promise<readonly Finding[]>;
