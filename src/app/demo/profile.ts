/** The throwaway profile of the demo: its own data folder, with its config in it. The demo writes nothing else. */
import { join, resolve } from "node:path";
import { type Env, setting } from "../../core/env.ts";
import { EXIT, LooopError } from "../../core/error.ts";
import { quoted } from "../../core/names.ts";
import { shellQuote } from "../../core/shell/quote.ts";
import { plainLine } from "../../core/text.ts";
import { fileStamp } from "../../core/time.ts";
import { type Paths, resolvePaths } from "../../store/paths.ts";
import type { App } from "../open.ts";

export interface DemoProfile {
  readonly root: string;
  readonly paths: Paths;
  /** The environment of the commands that the demo runs. */
  readonly env: Env;
}

const PLAYBOOK = `# PLAYBOOK

1. A new line in inbox.txt that asks for a look is a worker's; any other becomes a goal of its own.
2. Otherwise, keep a goal of what is unfinished in the folder. Finishing it is the person's.
3. Otherwise, nothing. Journal why.

Nothing in the folder itself is ever changed.
`;

const CONFIG = `# The demo's own settings. Yours are elsewhere, and untouched.
default = "offline"

[decide]
mode = "typed"
`;

const INBOX_SENSOR = `#!/bin/sh
# The lines of inbox.txt. A sensor starts in the data folder and prints one small JSON object.
items=$(sed 's/[\\\\"]/\\\\&/g; s/.*/"&"/' inbox.txt | paste -sd , -)
printf '{"items":[%s]}\\n' "$items"
`;

const folderSensor = (folder: string) => `#!/bin/sh
# What is unfinished in one folder. _look reads it with git, and cannot change it.
exec "$LOOOP_BIN" _look ${shellQuote(folder)}
`;

const goal = (folder: string) => `---
goal: I can see at a glance what is unfinished in ${plainLine(folder)}
---

The sensor \`folder\` says what there is in ${JSON.stringify(folder)}.
`;

/** Makes the profile that looks at `folder`, in a new private temporary folder. */
export function makeProfile(app: App, folder: string): DemoProfile {
  const { files, env } = app;
  const root = claimRoot(app);
  for (const name of ["goals", "sensors"]) files.makeDir(join(root, name));
  files.create(join(root, "PLAYBOOK.md"), PLAYBOOK);
  files.create(join(root, "looop.toml"), CONFIG);
  files.create(join(root, "inbox.txt"), "");
  files.create(join(root, "goals/unfinished.md"), goal(folder));
  files.create(join(root, "sensors/folder.sh"), folderSensor(folder), 0o700);
  files.create(join(root, "sensors/inbox.sh"), INBOX_SENSOR, 0o700);
  const own = profileEnv(env, root, app.output.colour);
  return { root, env: own, paths: resolvePaths(own, root) };
}

/** Makes a new folder. An existing one could be another user's. */
function claimRoot({ files, env, clock, cwd }: App): string {
  const temp = resolve(cwd, setting(env, "TMPDIR") ?? "/tmp");
  if (files.stat(temp)?.kind !== "folder") {
    throw new LooopError({
      message: `Cannot make the demo's profile: there is no folder ${quoted(temp)} for temporary files`,
      hint: "Set TMPDIR to an existing folder",
      exit: EXIT.setup,
    });
  }
  const stem = join(files.real(temp) ?? temp, `looop-demo-${fileStamp(clock.now())}`);
  for (let number = 1; ; number++) {
    const root = number === 1 ? stem : `${stem}-${number}`;
    if (files.claimDir(root)) return root;
  }
}

/** Removes the settings of the person's own looop. */
function profileEnv(env: Env, root: string, colour: boolean): Env {
  const others = Object.entries(env).filter(([name]) => !/^(?:LOOOP|BABYSIT)_/.test(name));
  return {
    ...Object.fromEntries(others),
    LOOOP_DATA_DIR: root,
    LOOOP_CONFIG: join(root, "looop.toml"),
    LOOOP_COLOR: colour ? "1" : "0",
    LOOOP_TMUX_SURFACE: "0",
    // A beat that hangs ends itself, with all it started.
    LOOOP_SENSOR_TIMEOUT: "4",
    LOOOP_TICK_TIMEOUT: "5",
  };
}
