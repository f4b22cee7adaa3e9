import { dirname } from "node:path";
import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { complain } from "../app/output.ts";
import { requirePerson } from "../app/person.ts";
import { INSTALL_COMMAND, whereInstalled } from "../app/setup/upgrade.ts";
import { RELEASE_URL } from "../app/version.ts";
import { setting } from "../core/env.ts";
import { EXIT, type ExitCode, LooopError } from "../core/error.ts";
import { newestUrl, UPGRADE } from "../core/setup/upgrade.ts";
import { shellLine } from "../core/shell/quote.ts";
import { utf8 } from "../core/text.ts";

export const command = defineCommand({
  args: { "dry-run": { type: "boolean", description: "say how looop was installed and what would be done" } },
  run: ({ args }) => runUpgrade(openApp(), args["dry-run"] === true),
});

export const manual = {
  about: `Upgrades this looop the way it was installed. For Homebrew, Nix or a build from source it says what to type. What
install.sh installed is replaced by the same script, which is inside this program: it fetches the newest release from where
this one came from (or LOOOP_BASE_URL), checks its SHA-256, tries it, and renames it into place. Running processes continue
unchanged. looop never upgrades by itself, and never looks for updates.`,
  examples: [
    ["looop upgrade --dry-run", "show what it would do"],
    ["looop upgrade", "upgrade, or say what to type"],
  ],
} as const;

/** Upgrades, or prints how to. Returns the exit code. */
export async function runUpgrade(app: App, dryRun: boolean): Promise<ExitCode> {
  requirePerson(app, "upgrade looop", true);
  const { by, path } = await whereInstalled(app);
  if (by !== "script") {
    app.output.data(`installed: ${by} (${path})\nto upgrade, type: ${UPGRADE[by]}`);
    return EXIT.ok;
  }
  const url = setting(app.env, "LOOOP_BASE_URL") ?? (RELEASE_URL === undefined ? undefined : newestUrl(RELEASE_URL));
  if (url === undefined) {
    throw new LooopError({
      message: "Cannot upgrade: this looop was built without the address of its releases",
      hint: "Set LOOOP_BASE_URL to the address of a release, which holds SHA256SUMS",
      exit: EXIT.setup,
    });
  }
  const settings = { LOOOP_INSTALL_DIR: dirname(path), LOOOP_BASE_URL: url };
  if (dryRun) {
    const words = Object.entries(settings).map(([name, value]) => `${name}=${shellLine([value])}`);
    app.output.data(`installed: script (${path})\nwould run: ${words.join(" ")} sh install.sh`);
    return EXIT.ok;
  }
  await app.output.progress(`Upgrading ${path}`);
  const proc = await app.proc();
  const complaints: Uint8Array[] = [];
  const { code } = await proc.run({
    argv: INSTALL_COMMAND,
    cwd: "/",
    env: { ...app.env, ...settings },
    onOutput: (bytes, from) => void (from === "stdout" ? app.output.raw(bytes) : complaints.push(bytes.slice())),
  });
  const said = utf8(Buffer.concat(complaints)).trimEnd();
  if (said !== "") complain(said);
  if (code !== 0) return EXIT.failed;
  await app.output.success("Upgraded");
  return EXIT.ok;
}
