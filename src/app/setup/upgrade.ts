import install from "../../../install.sh" with { type: "text" };
import { type Installation, installationOf } from "../../core/setup/upgrade.ts";
import { isCompiled } from "../../sys/process/self.ts";
import type { App } from "../open.ts";

/** The words that install or upgrade a release: install.sh, which is inside every program. */
export const INSTALL_COMMAND: readonly string[] = ["sh", "-c", install, "install.sh"];

/** Returns the path of this looop, and how it was installed. */
export async function whereInstalled(app: App): Promise<{ readonly path: string; readonly by: Installation }> {
  const [program = ""] = await app.self();
  const path = app.files.real(program) ?? program;
  return { path, by: installationOf(path, isCompiled()) };
}
