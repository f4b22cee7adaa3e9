import { LooopError } from "../../core/error.ts";
import type { Worker } from "../../core/session/session.ts";
import { BoundedBuffer } from "../../core/stream/bounded-buffer.ts";
import { utf8 } from "../../core/text.ts";
import type { Context } from "../context/context.ts";

/** tmux answers at once or not at all, in milliseconds. */
const TMUX_MS = 5_000;

/** What tmux prints is a list of names, in bytes. */
const NAMES_BYTES = 1_048_576;

/**
 * Opens a tmux window on each worker whose flag is new, in the background of the person's session. A flag that was
 * taken down and raised again is new. Without tmux, or a server of it, nothing happens and nothing is marked as shown.
 */
export async function popWindows(context: Context, flagged: readonly Worker[]): Promise<void> {
  const { files, paths, knobs, proc, env } = context;
  const raised = new Map(flagged.map((worker) => [markOf(worker), worker]));
  const before = (files.read(paths.surfaceMark) ?? "").split("\n").filter((mark) => mark !== "");
  const marks = before.filter((mark) => raised.has(mark));
  const fresh = [...raised].filter(([mark]) => !marks.includes(mark));
  if (fresh.length > 0 && (knobs.tmuxSurface ?? (await isWanted(context)))) {
    const tmux = proc.which("tmux", env["PATH"] ?? "", paths.data);
    if (tmux !== undefined) marks.push(...(await popEach(context, tmux, fresh)));
  }
  const text = marks.map((mark) => `${mark}\n`).join("");
  if (text !== before.map((mark) => `${mark}\n`).join("")) files.write(paths.surfaceMark, text);
}

/** What the config says. A broken one hides no flag: the beat says what is wrong with it. */
async function isWanted({ config }: Context): Promise<boolean> {
  try {
    return (await config()).tmux;
  } catch (error) {
    if (error instanceof LooopError) return true;
    throw error;
  }
}

/** One raising of one flag. */
function markOf({ id, flaggedAtMs }: Worker): string {
  return `${id} ${flaggedAtMs ?? 0}`;
}

/** The marks of those whose window is there now. */
async function popEach(
  context: Context,
  tmux: string,
  fresh: readonly (readonly [string, Worker])[],
): Promise<string[]> {
  const names = await ask(context, [tmux, "list-windows", "-a", "-F", "#{window_name}"]);
  if (names === undefined) return [];
  const there = new Set(names.split("\n"));
  const marks: string[] = [];
  for (const [mark, { id }] of fresh) {
    const name = `⚑${id}`;
    if (there.has(name) || (await ask(context, windowArgv(context, tmux, name, id))) !== undefined) marks.push(mark);
  }
  return marks;
}

/** Several words behind the options are run as they are, without a shell, so no path or id is ever shell text. */
function windowArgv({ bin, paths }: Context, tmux: string, name: string, id: string): string[] {
  const profile = ["-e", `LOOOP_DATA_DIR=${paths.data}`, "-e", `LOOOP_CONFIG=${paths.config}`];
  return [tmux, "new-window", "-d", "-n", name, ...profile, "--", bin, "attach", id];
}

/** What a tmux command prints, or undefined when it fails: then there is no server, or none that we may use. */
async function ask({ proc, env, paths }: Context, argv: readonly string[]): Promise<string | undefined> {
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
