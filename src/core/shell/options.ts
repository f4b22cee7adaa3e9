/** True when an option is given: one of these letters in a cluster, or a prefix of its long name. */
export function hasOption(args: readonly string[], letters: string, long: string): boolean {
  const end = args.indexOf("--");
  return args.slice(0, end < 0 ? undefined : end).some((arg) => {
    if (arg.startsWith("--")) return arg.length > 3 && long.startsWith(arg);
    return arg.startsWith("-") && [...letters].some((letter) => arg.includes(letter));
  });
}
