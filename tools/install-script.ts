/** Makes the install.sh of a release: the project's script with the release's URL. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./project.ts";

/** Returns the script's text. Without `url` it is the project's script, which needs LOOOP_BASE_URL. */
export function installScript(url: string | undefined): string {
  const text = readFileSync(join(ROOT, "install.sh"), "utf8");
  return text.replace(/^home_url=''$/m, `home_url='${url ?? ""}'`);
}
