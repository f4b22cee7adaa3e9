import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import { isInstalled, openManager, type ServiceState, serviceState, serviceWarnings } from "../../app/setup/service.ts";
import { jsonText } from "../../core/json.ts";

export const command = defineCommand({
  args: { json: { type: "boolean", description: "print one JSON object, for scripts" } },
  run: ({ args }) => runServiceStatus(openApp(), args.json === true),
});

export const manual = {
  about: "Shows if a service keeps the pulse running, and what on this machine can still end it.",
  examples: [
    ["looop service status", "show the service"],
    ["looop service status --json", '{"v":1,"installed":true,"active":true,"current":true,...}'],
  ],
} as const;

const WORDS: Readonly<Record<ServiceState, string>> = {
  running: "running",
  restarting: "not running: it failed, and is started again within 30 s",
  stopped: "not running",
};

/** Prints the state of the service. */
export async function runServiceStatus(app: App, json: boolean): Promise<void> {
  const manager = await openManager(app);
  const { kind, name, path } = manager;
  const installed = isInstalled(app, manager);
  const state = installed ? await serviceState(app, manager) : "stopped";
  const current = installed && app.files.read(path) === manager.text;
  const notes = installed ? await serviceWarnings(app, manager) : [];
  if (json) {
    return app.output.data(
      jsonText({ v: 1, kind, name, path, installed, active: state === "running", state, current, notes }, 2),
    );
  }
  if (!installed) return app.output.data(`not installed: \`looop service install\` writes ${path}`);
  const stale = current ? [] : ["Its file is of another looop or other settings: `looop service install` replaces it."];
  app.output.data([`${name}: ${WORDS[state]}`, `file: ${path}`, ...stale, ...notes].join("\n"));
}
