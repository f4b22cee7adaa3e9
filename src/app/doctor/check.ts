import type { Finding } from "../../core/doctor/finding.ts";
import type { Paths } from "../../store/paths.ts";
import type { Inspect } from "../../sys/process/inspect.ts";
import type { App } from "../open.ts";

/** What every check is given. */
export interface DoctorDeps {
  readonly app: App;
  readonly paths: Paths;
  readonly inspect: Inspect;
}

/** Looks at one thing and changes nothing. What it throws on purpose is a problem of that check. */
export type Look = (room: DoctorDeps) => readonly Finding[] | Promise<readonly Finding[]>;
