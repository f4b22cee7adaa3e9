import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { VERSION } from "../app/version.ts";

export const command = defineCommand({ run: () => runVersion(openApp()) });

export const manual = { examples: [["looop version", "print the version"]] } as const;

export function runVersion(app: App): void {
  app.output.data(`looop ${VERSION}`);
}
