/** install.sh as it lies beside a release: the one of the project, told where it lies. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./project.ts";

/** The script's text. Without `url` it is the project's own, which asks for LOOOP_BASE_URL. */
export function installScript(url: string | undefined): string {
  const text = readFileSync(join(ROOT, "install.sh"), "utf8");
  return text.replace(/^home_url=''$/m, `home_url='${url ?? ""}'`);
}
