import { dirname } from "node:path";
import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import {
  carryOut,
  isInstalled,
  type Manager,
  openManager,
  serviceState,
  serviceWarnings,
} from "../../app/setup/service.ts";
import { EXIT, LooopError } from "../../core/error.ts";
import { livePulse } from "../../store/pulse-state.ts";

export const command = defineCommand({
  args: { "dry-run": { type: "boolean", description: "print the file and change nothing" } },
  run: ({ args }) => runServiceInstall(openApp(), args["dry-run"] === true),
});

export const manual = {
  about: `Writes a systemd user unit, or on macOS a launchd agent, that runs \`looop run\` through your login shell, so that its PATH
has your agents; and starts it. Again, it replaces its own file, and no other. LOOOP_DATA_DIR and LOOOP_CONFIG are taken along
when they are set; each data folder is a service of its own.

After a pause, a reboot or a laptop's sleep, nothing is made up for: one beat is made at once, whatever was missed, and a
schedule that came due meanwhile fires once. \`looop down\` ends the pulse until the next login or boot. Workers go on when the
service stops. Nothing of this happens unless you run it.`,
  examples: [
    ["looop service install --dry-run", "print the file it would write"],
    ["looop service install", "start the pulse now and whenever you log in"],
  ],
} as const;

/** Writes the file and starts the service. */
export async function runServiceInstall(app: App, dryRun: boolean): Promise<void> {
  const manager = await openManager(app);
  const { name, path, text } = manager;
  if (dryRun) return app.output.data(`# ${path}\n${text.trimEnd()}`);
  const isReplaced = isInstalled(app, manager);
  await refuseOtherPulse(app, manager);
  // launchd writes the log there, and makes no folders.
  app.files.makeDir(app.paths().data);
  app.files.makeDir(dirname(path));
  const before = app.files.read(path);
  app.files.write(path, text, 0o644);
  await app.output.progress(`Starting ${name}`);
  try {
    await carryOut(app, manager.start);
  } catch (error) {
    // A file that no manager runs would be called installed.
    if (before === undefined) app.files.remove(path);
    else app.files.write(path, before, 0o644);
    throw error;
  }
  const warnings = await serviceWarnings(app, manager);
  app.output.data([`${isReplaced ? "replaced" : "wrote"} ${path}`, `started ${name}`, ...warnings].join("\n"));
}

/** Throws (exit 5) while another pulse runs: the service would fail again and again until that ends. */
async function refuseOtherPulse(app: App, manager: Manager): Promise<void> {
  const pulse = livePulse(app.files, app.processes, app.paths());
  if (pulse === undefined || (await serviceState(app, manager)) === "running") return;
  throw new LooopError({
    message: `Cannot start the service: the pulse already runs as process ${pulse.pid}`,
    hint: "End it with `looop down`, or Ctrl-C where it runs, then run this again",
    exit: EXIT.busy,
  });
}
