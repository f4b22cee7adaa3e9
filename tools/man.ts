/** Makes the man pages from the command tree: one for the program, one for each command and group. They are committed in man/. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../package.json" with { type: "json" };
import { HELP_ROW, optionRow, positional } from "../src/cli/help.ts";
import { TREE } from "../src/cli/tree.ts";
import { argsOf, type CommandModule, type Group, isGroup, type Meta, visible, visibleVerbs } from "../src/cli/verb.ts";
import { ROOT } from "./project.ts";

export interface Page {
  /** The file's name in man/. */
  readonly name: string;
  readonly text: string;
}

/** The date of the pages: the last review, because a release has no date before it is made. */
const DATE = "2026-11-22";

/** Returns every page. */
export async function manPages(): Promise<Page[]> {
  const groups = visible(TREE).flatMap(([, entry]) => (isGroup(entry) ? [groupPage(entry)] : []));
  const verbs = visibleVerbs(TREE).map(async (verb) => verbPage(verb.meta, await verb.load()));
  return [rootPage(), ...groups, ...(await Promise.all(verbs))];
}

function rootPage(): Page {
  const manual = readFileSync(join(ROOT, "src/core/cli/manual.txt"), "utf8").split("\n").slice(2);
  const commands = rows(TREE);
  return page("looop", "a control loop for your work", [
    section("SYNOPSIS", "\\fBlooop\\fR \\fIcommand\\fR [\\fIoptions\\fR]"),
    section("DESCRIPTION", "It acts only when the world changed. What follows is what \\fBlooop help\\fR prints."),
    ...manualSections(manual),
    section("COMMANDS", commands.join("\n")),
  ]);
}

/** The manual's headings are at the left edge, in capitals; the text below keeps its line breaks. */
function manualSections(lines: readonly string[]): string[] {
  const sections: { heading: string; body: string[] }[] = [];
  for (const line of lines) {
    if (/^[A-Z]/.test(line)) sections.push({ heading: line, body: [] });
    else sections.at(-1)?.body.push(line.replace(/^ {2}/, ""));
  }
  return sections.map(({ heading, body }) => section(heading, literal(body.join("\n").trimEnd())));
}

function groupPage(group: Group): Page {
  const { name, description } = group.meta;
  return page(`looop ${name}`, description, [
    section("SYNOPSIS", `\\fBlooop ${roff(name)}\\fR \\fIcommand\\fR`),
    section("COMMANDS", rows(group).join("\n")),
  ]);
}

/** Returns a row for each command of a group. */
function rows(group: Group): string[] {
  return visible(group).map(([word, { meta }]) =>
    tagged(`\\fB${roff(word)}\\fR`, `${meta.description}; see ${ref(meta.name)}`),
  );
}

function verbPage({ name, description }: Meta, module: CommandModule): Page {
  const entries = Object.entries(argsOf(module));
  const words = entries.filter(([, arg]) => arg.type === "positional");
  const options = entries.filter(([, arg]) => arg.type !== "positional").map(([key, arg]) => optionRow(key, arg));
  const { about, examples = [] } = module.manual ?? { examples: [] };
  const synopsis = [`\\fBlooop ${roff(name)}\\fR`, ...words.map(([key, arg]) => roff(positional(key, arg)))];
  return page(`looop ${name}`, description, [
    section("SYNOPSIS", [...synopsis, "[\\fIoptions\\fR]"].join(" ")),
    ...(about === undefined ? [] : [section("DESCRIPTION", prose(about))]),
    ...list(
      "ARGUMENTS",
      words.map(([key, arg]) => [key, arg.description ?? ""]),
    ),
    ...list("OPTIONS", [...options, HELP_ROW]),
    ...list("EXAMPLES", examples),
  ]);
}

function list(heading: string, rows: readonly (readonly [string, string])[]): string[] {
  if (rows.length === 0) return [];
  return [section(heading, rows.map(([left, right]) => tagged(`\\fB${roff(left)}\\fR`, right)).join("\n"))];
}

function page(title: string, summary: string, sections: readonly string[]): Page {
  const stem = title.replaceAll(" ", "-");
  const see = stem === "looop" ? "\\fBlooop help\\fR prints this too." : "\\fBlooop\\fR(1)";
  const head = `.\\" Written by \\\`npm run golden\\\` from the command tree; change it there.`.replaceAll("\\`", "`");
  const text = [
    head,
    `.TH ${roff(stem).toUpperCase()} 1 "${DATE}" "looop ${manifest.version}" "looop"`,
    ".ad l",
    section("NAME", `${roff(stem)} \\- ${roff(summary)}`),
    ...sections,
    section("SEE ALSO", see),
  ];
  return { name: `${stem}.1`, text: `${text.join("\n")}\n` };
}

function section(heading: string, body: string): string {
  return `.SH ${roff(heading)}\n${body}`;
}

function tagged(tag: string, text: string): string {
  return `.TP\n${tag}\n${prose(text)}`;
}

function ref(name: string): string {
  return `looop-${name.replaceAll(" ", "-")}(1)`;
}

/** Returns running text. An empty line starts a paragraph; indented lines keep their line breaks. */
function prose(text: string): string {
  const paragraphs = text.split(/\n\n+/).map((part) => (/\n {2,}/.test(part) ? literal(part) : lines(part)));
  return paragraphs.join("\n.PP\n");
}

function literal(text: string): string {
  return `.nf\n${lines(text)}\n.fi`;
}

function lines(text: string): string {
  return text
    .split("\n")
    .map((line) => roff(line))
    .join("\n");
}

/** Escapes text for roff, so that it has no escapes or requests, and a minus that can be pasted. */
function roff(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(/^(?=[.'])/, "\\&");
}
