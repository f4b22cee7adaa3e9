import { hasOption } from "./options.ts";

/** Options of git itself whose value is the next word. */
const VALUED = /^(?:-C|-c|--git-dir|--work-tree|--namespace|--exec-path|--super-prefix|--config-env)$/;

/** Returns why these arguments of `git` are a push that can overwrite or delete main or master, or undefined. */
export function forcedPush(args: readonly string[]): string | undefined {
  let at = 0;
  while (args[at]?.startsWith("-")) at += VALUED.test(args[at] ?? "") ? 2 : 1;
  if (args[at] !== "push") return undefined;
  const rest = args.slice(at + 1);
  const forced = hasOption(rest, "f", "--force") || rest.some((arg) => /^--(?:force-with-lease|mirror)/.test(arg));
  const refs = rest.filter((arg) => !arg.startsWith("-")).slice(1);
  if (refs.length === 0) return forced ? "it is a forced push that does not say where to" : undefined;
  const mains = refs.map(refOf).filter(({ to }) => /^(?:refs\/heads\/)?(?:main|master|\*)$/i.test(to));
  if (mains.some((ref) => forced || ref.isForced)) return "it overwrites main or master (a forced push)";
  const deletes = hasOption(rest, "d", "--delete");
  return mains.some((ref) => deletes || ref.isDeletion) ? "it deletes main or master (a push)" : undefined;
}

function refOf(ref: string): { readonly to: string; readonly isForced: boolean; readonly isDeletion: boolean } {
  const [from = "", to] = ref.replace(/^\+/, "").split(":");
  return { to: to ?? from, isForced: ref.startsWith("+"), isDeletion: to !== undefined && from === "" };
}
