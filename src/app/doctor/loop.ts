import type { Finding } from "../../core/doctor/finding.ts";
import { judgeLoop } from "../../core/doctor/loop.ts";
import { readInbox } from "../inbox/inbox.ts";
import type { DoctorDeps } from "./check.ts";

/** Says first why nothing is decided: the question with which people come to doctor. */
export async function checkLoop({ app }: DoctorDeps): Promise<readonly Finding[]> {
  return judgeLoop(await readInbox(app, { flagged: () => [] }));
}
