/** A test's own person: an empty HOME, data folder and temporary folder, which the end of the test removes. */
import { onTestFinished } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { RUNTIME_ENV } from "./program.ts";

/** The PATH of the system's own commands, without the commands of the person who runs the tests. */
export const SYSTEM_PATH = "/usr/bin:/bin";

export interface Profile {
  readonly home: string;
  /** LOOOP_DATA_DIR. It does not exist until something is written. */
  readonly data: string;
  /** TMPDIR; empty. */
  readonly temp: string;
  /** The whole environment that the program gets. */
  readonly env: Readonly<Record<string, string>>;
  /** Writes a file of the data folder, making its folders, and returns its path. */
  write(path: string, text: string | Uint8Array, mode?: number): string;
  /** Returns a file of the data folder, or undefined when it is absent. */
  read(path: string): string | undefined;
  /** Writes `sensors/<name>`, executable; without a first line of its own it is a bash script. */
  sensor(name: string, script: string): string;
  /** Writes `goals/<id>.md`. */
  goal(id: string, text: string): string;
  /** Writes looop.toml where the program looks for it. */
  config(toml: string): string;
  /** Puts a command on PATH, before the system's. */
  command(name: string, script: string): string;
  /** Removes all of it. The end of the test that made it does this too. */
  remove(): void;
}

export interface ProfileOptions {
  /** Folders to put on PATH, before the system's. */
  readonly path?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Makes a profile that the end of the calling test removes. */
export function profile(options: ProfileOptions = {}): Profile {
  const made = profileToRemove(options);
  onTestFinished(made.remove);
  return made;
}

/** Makes a profile that the caller removes: outside a test, or several in one. */
export function profileToRemove({ path = [], env = {} }: ProfileOptions = {}): Profile {
  // Without symbolic links, so that a path the program prints can be compared with one of the test.
  const root = realpathSync(mkdtempSync(join(tmpdir(), "looop-test-")));
  const [home, data, temp, bin] = [join(root, "home"), join(root, "data"), join(root, "tmp"), join(root, "bin")];
  for (const folder of [home, temp, bin]) mkdirSync(folder);
  const place = (file: string, text: string | Uint8Array, mode = 0o600) => {
    // As looop makes them.
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, text);
    chmodSync(file, mode);
    return file;
  };
  return {
    home,
    data,
    temp,
    env: {
      ...RUNTIME_ENV,
      HOME: home,
      LOOOP_DATA_DIR: data,
      TMPDIR: temp,
      PATH: [bin, ...path, SYSTEM_PATH].join(":"),
      LANG: "C.UTF-8",
      ...env,
    },
    write: (name, text, mode) => place(join(data, name), text, mode),
    read: (name) => (existsSync(join(data, name)) ? readFileSync(join(data, name), "utf8") : undefined),
    sensor: (name, script) => place(join(data, "sensors", name), asScript(script), 0o700),
    goal: (id, text) => place(join(data, "goals", `${id}.md`), text),
    config: (toml) => place(join(home, ".config/looop.toml"), toml),
    command: (name, script) => place(join(bin, name), asScript(script), 0o700),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

function asScript(text: string): string {
  return text.startsWith("#!") ? text : `#!/usr/bin/env bash\n${text}\n`;
}
