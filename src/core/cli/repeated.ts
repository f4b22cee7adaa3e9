/** Returns every value of an option that can be repeated, by its names with dashes: citty keeps only the last one. */
export function repeated(words: readonly string[], ...names: readonly string[]): string[] {
  const end = words.indexOf("--");
  return words.slice(0, end < 0 ? words.length : end).flatMap((word, at) => {
    if (names.includes(word)) return [words[at + 1] ?? ""];
    const name = names.find((it) => word.startsWith(`${it}=`));
    return name === undefined ? [] : [word.slice(name.length + 1)];
  });
}
