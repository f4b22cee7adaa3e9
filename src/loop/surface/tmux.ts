import { LooopError } from "../../core/error.ts";
import type { Worker } from "../../core/session/session.ts";
import { BoundedBuffer } from "../../core/stream/bounded-buffer.ts";
import { utf8 } from "../../core/text.ts";
import type { Context } from "../context/context.ts";

type TmuxDeps = Pick<Context, "bin" | "config" | "env" | "files" | "knobs" | "paths" | "proc">;

/** The time limit of a tmux command, in milliseconds: it answers at once or never. */
const TMUX_MS = 5_000;

/** The part of its output that is read, in bytes: it is a list of names. */
const NAMES_BYTES = 1_048_576;

/**
 * Opens a tmux window in the background for each worker whose flag is new. A flag that was cleared and raised again is
 * new. Without a tmux server nothing happens, and no flag is marked as shown.
 */
export async function popWindows(deps: TmuxDeps, flagged: readonly Worker[]): Promise<void> {
  const { files, paths, knobs, proc, env } = deps;
  const raised = new Map(flagged.map((worker) => [markOf(worker), worker]));
  const before = (files.read(paths.surfaceMark) ?? "").split("\n").filter((mark) => mark !== "");
  const marks = before.filter((mark) => raised.has(mark));
  const fresh = [...raised].filter(([mark]) => !marks.includes(mark));
  if (fresh.length > 0 && (knobs.tmuxSurface ?? (await isWanted(deps)))) {
    const tmux = proc.which("tmux", env["PATH"] ?? "", paths.data);
    if (tmux !== undefined) marks.push(...(await popEach(deps, tmux, fresh)));
  }
  const text = marks.map((mark) => `${mark}\n`).join("");
  if (text !== before.map((mark) => `${mark}\n`).join("")) files.write(paths.surfaceMark, text);
}

/** Returns the config's setting; true while the config is broken, so that no flag is hidden. */
async function isWanted({ config }: TmuxDeps): Promise<boolean> {
  try {
    return (await config()).tmux;
  } catch (error) {
    if (error instanceof LooopError) return true;
    throw error;
  }
}

/** Identifies one raising of one flag. */
function markOf({ id, flaggedAtMs }: Worker): string {
  return `${id} ${flaggedAtMs ?? 0}`;
}

/** Opens the windows, and returns the marks of those that now exist. */
async function popEach(deps: TmuxDeps, tmux: string, fresh: readonly (readonly [string, Worker])[]): Promise<string[]> {
  const names = await ask(deps, [tmux, "list-windows", "-a", "-F", "#{window_name}"]);
  if (names === undefined) return [];
  const there = new Set(names.split("\n"));
  const marks: string[] = [];
  for (const [mark, { id }] of fresh) {
    const name = `⚑${id}`;
    if (there.has(name) || (await ask(deps, windowArgv(deps, tmux, name, id))) !== undefined) marks.push(mark);
  }
  return marks;
}

/** Returns the command of a new window. tmux runs several words without a shell, so no path or id becomes shell text. */
function windowArgv({ bin, paths }: TmuxDeps, tmux: string, name: string, id: string): string[] {
  const profile = ["-e", `LOOOP_DATA_DIR=${paths.data}`, "-e", `LOOOP_CONFIG=${paths.config}`];
  return [tmux, "new-window", "-d", "-n", name, ...profile, "--", bin, "attach", id];
}

/** Returns the output of a tmux command, or undefined when it fails, as without a server that we may use. */
async function ask({ proc, env, paths }: TmuxDeps, argv: readonly string[]): Promise<string | undefined> {
  const output = new BoundedBuffer("start", NAMES_BYTES);
  const { code } = await proc.run({
    argv,
    cwd: paths.data,
    env,
    timeoutMs: TMUX_MS,
    onOutput: (bytes, from) => from === "stdout" && output.push(bytes),
  });
  return code === 0 ? utf8(output.bytes()) : undefined;
}
