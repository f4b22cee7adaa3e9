/** Letters of other scripts that look like ASCII letters in most fonts (UTS #39). NFKC handles width and style variants. */
const LETTERS: Readonly<Record<string, string>> = pairs(
  "аa вb сc ԁd еe ғf һh іi јj ҝk ӏl мm пn оo рp ԛq гr ѕs тt υu ѵv ԝw хx уy " +
    "αa βb ϲc εe ηn ιi κk νv οo ρp τt υu χx γy ոn սu օo հh յj ցg ɡg ıi ɩi ʂs ᴀa ʀr ᴏo ѕs ԍg " +
    "АA ВB СC ЕE НH ІI ЈJ КK МM ОO РP ЅS ТT ХX ΑA ΒB ΕE ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΧX ΥY ΖZ",
);

/** Dashes, slashes, quotes and dots that look like ASCII characters. */
const MARKS: readonly (readonly [RegExp, string])[] = [
  [/[\u2010-\u2015\u2212\u2796\ufe58\ufe63\uff0d\u00ad]/g, "-"],
  [/[\u2044\u2215\u29f8\u2571\uff0f]/g, "/"],
  [/[\u223c\u02dc\u2053\uff5e]/g, "~"],
  [/[\u2024\ufe52\uff0e]/g, "."],
  [/[\u01c0\u2223\u23d0\uff5c]/g, "|"],
  [/[\u2018\u2019\u201a\u201b\u2032]/g, "'"],
  [/[\u201c-\u201f\u2033]/g, '"'],
];

/** Returns `text` as it looks: confusable letters and marks as their ASCII counterparts, blanks as spaces. */
export function skeleton(text: string): string {
  let folded = text.replace(/[\p{Default_Ignorable_Code_Point}]/gu, "");
  for (const [pattern, mark] of MARKS) folded = folded.replace(pattern, mark);
  folded = folded.normalize("NFKC").replace(/[\p{Zs}\u2028\u2029\u0085]/gu, " ");
  return [...folded].map((char) => LETTERS[char] ?? char).join("");
}

/** True when `text` has control characters, or characters that are drawn as nothing. */
export function hasHidden(text: string): boolean {
  return /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\p{Default_Ignorable_Code_Point}]/u.test(text);
}

/** Returns `text` with invisible characters written out, as `\u{200b}`; newlines and tabs stay. */
export function showHidden(text: string): string {
  return text.replace(
    /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\p{Default_Ignorable_Code_Point}]/gu,
    (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`,
  );
}

function pairs(list: string): Record<string, string> {
  return Object.fromEntries(
    list.split(" ").map((pair) => {
      const [from = "", to = ""] = [...pair];
      return [from, to];
    }),
  );
}
