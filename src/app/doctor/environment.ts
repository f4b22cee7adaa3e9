import { judgeTerminal, judgeTools } from "../../core/doctor/environment.ts";
import type { Finding } from "../../core/doctor/finding.ts";
import { setting } from "../../core/env.ts";
import type { DoctorDeps } from "./check.ts";

/** Programs that looop starts. */
export async function lookAtTools({ app }: DoctorDeps): Promise<readonly Finding[]> {
  const { which } = await app.proc();
  return judgeTools((name) => which(name, setting(app.env, "PATH") ?? "", app.cwd));
}

/** The terminal that this was typed in. */
export function lookAtTerminal({ app }: DoctorDeps): readonly Finding[] {
  const word = (name: string) => setting(app.env, name);
  const locale = word("LC_ALL") ?? word("LC_CTYPE") ?? word("LANG") ?? "";
  return [judgeTerminal({ isThere: app.atTerminal(), name: word("TERM") ?? "", locale })];
}
