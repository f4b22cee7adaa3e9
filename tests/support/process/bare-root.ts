/** An almost empty root made by bubblewrap, with only what a test names. Linux. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";

export interface Root {
  /** The folder that is mounted as HOME, `/home/you`. */
  readonly home: string;
  /** Commands of this machine to bind into /bin. */
  readonly commands: readonly string[];
  /** Commands of busybox to link into /bin. */
  readonly busybox?: readonly string[];
  /** Further words for bwrap. */
  readonly more?: readonly string[];
}

/** HOME inside the root. */
export const HOME = "/home/you";

/** Returns the command line that runs `argv` in that root. */
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
