/** A machine with nothing on it but what a test names: a root of its own, by bubblewrap. Linux. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";

export interface Root {
  /** The folder that is the person's HOME there, as `/home/you`. */
  readonly home: string;
  /** Commands of this machine that are there too, in /bin. */
  readonly commands: readonly string[];
  /** Commands of busybox that are there. */
  readonly busybox?: readonly string[];
  /** Further words for bwrap. */
  readonly more?: readonly string[];
}

/** Where HOME is in there. */
export const HOME = "/home/you";

/** The words that run `argv` in that root. */
export function inRoot({ home, commands, busybox = [], more = [] }: Root, argv: readonly string[]): string[] {
  mkdirSync(home, { recursive: true });
  const libraries = ["/usr/lib", "/usr/lib64"].flatMap((path) => ["--ro-bind-try", path, path]);
  const links = ["lib", "lib64"].flatMap((name) => ["--symlink", `usr/${name}`, `/${name}`]);
  const bound = commands.flatMap((name) => ["--ro-bind", join("/usr/bin", name), join("/bin", name)]);
  const applets = busybox.flatMap((name) => ["--symlink", "busybox", join("/bin", name)]);
  const basics = ["--tmpfs", "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--bind", home, HOME];
  const words = ["--die-with-parent", "--clearenv", "--setenv", "PATH", "/bin", "--setenv", "HOME", HOME];
  return [
    "bwrap",
    ...basics,
    ...libraries,
    ...links,
    ...bound,
    ...applets,
    ...words,
    ...more,
    "--chdir",
    HOME,
    "--",
    ...argv,
  ];
}
