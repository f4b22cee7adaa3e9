import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import { carryOut, isInstalled, openManager } from "../../app/setup/service.ts";

export const command = defineCommand({ run: () => runServiceUninstall(openApp()) });

export const manual = {
  about: "Stops the service, disables it, and removes its file. Workers continue, and all data stays.",
  examples: [["looop service uninstall", "stop the pulse for good"]],
} as const;

/** Stops the service and removes its file. */
export async function runServiceUninstall(app: App): Promise<void> {
  const manager = await openManager(app);
  if (!isInstalled(app, manager)) return app.output.data("there is no service: nothing to do");
  await carryOut(app, manager.stop);
  app.files.remove(manager.path);
  if (manager.kind === "systemd") await carryOut(app, [{ argv: ["systemctl", "--user", "daemon-reload"] }]);
  app.output.data(`stopped ${manager.name}\nremoved ${manager.path}`);
}
