import { judgeTerminal, judgeTools } from "../../core/doctor/environment.ts";
import type { Finding } from "../../core/doctor/finding.ts";
import { setting } from "../../core/env.ts";
import type { DoctorDeps } from "./check.ts";

/** Checks that the programs that looop starts are installed. */
export async function checkTools({ app }: DoctorDeps): Promise<readonly Finding[]> {
  const { which } = await app.proc();
  return judgeTools((name) => which(name, setting(app.env, "PATH") ?? "", app.cwd));
}

/** Checks the terminal of this command. */
export function checkTerminal({ app }: DoctorDeps): readonly Finding[] {
  const value = (name: string) => setting(app.env, name);
  const locale = value("LC_ALL") ?? value("LC_CTYPE") ?? value("LANG") ?? "";
  return [judgeTerminal({ isThere: app.atTerminal(), name: value("TERM") ?? "", locale })];
}
