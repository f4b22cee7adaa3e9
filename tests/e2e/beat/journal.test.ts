/** The decider writes the journal; looop checks it, and never loses earlier lines. The deciders are shell one-liners. */
import { describe, expect, test } from "bun:test";
import { readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decidedBy, events, failing, section } from "../../support/model/shell-decider.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";

const SAID = { stdout: ANYTHING } as const;

/** Runs one beat with this decider, and returns the journal and the event. */
function after(tick: string, before?: string): { me: Profile; journal: string | undefined; said: unknown } {
  const me = decidedBy(profile(), `cat > prompt.txt; ${tick}`);
  if (before !== undefined) me.write("journal.md", before);
  looop(["tick"], { profile: me, ...SAID });
  return {
    me,
    journal: me.read("journal.md"),
    said: events(me).findLast(({ event }) => event === "decided")?.["journal"],
  };
}

describe("the line of a beat", () => {
  test("keeps the decider's own journal line in any form, and adds nothing", () => {
    const { journal, said } = after('echo "did this and that" >> journal.md', "- 2026-01-01 00:00 old\n");

    expect([journal, said]).toEqual(["- 2026-01-01 00:00 old\ndid this and that\n", "did this and that"]);
  });

  test("reports the last of several journal lines, and keeps them all", () => {
    const { journal, said } = after('printf "one\\ntwo\\n\\n" >> journal.md');

    expect([journal, said]).toEqual(["one\ntwo\n\n", "two"]);
  });

  test("writes its own journal line with the local time when the decider wrote none", () => {
    const { journal, said } = after("true", "- 2026-01-01 00:00 old\n");

    expect(journal).toMatch(
      /^- 2026-01-01 00:00 old\n- \d{4}-\d\d-\d\d \d\d:\d\d \(looop\) the runner ended well but wrote no journal line: tick-\S+\n$/,
    );
    expect(said).toStartWith("(looop) the runner ended well");
  });

  test("starts a new line after a journal line without a newline", () => {
    const { me } = after("printf 'no newline' >> journal.md");
    me.goal("x", "x\n");
    decidedBy(me, "true");
    looop(["tick"], { profile: me, ...SAID });

    expect(me.read("journal.md")).toMatch(/^no newline\n- .*\(looop\)/);
  });

  test("removes control characters from the journal line, and keeps it one line in the event", () => {
    const { said } = after("printf 'a\\e[2Jb\\rc\\td\\n' >> journal.md");

    expect(said).toBe("ab c d");
  });

  test("needs no journal line from a decider that failed", () => {
    const me = decidedBy(profile(), failing(1).replace(/echo "- .*journal.md;/, ""));
    looop(["tick"], { profile: me, exit: 1, ...SAID });

    expect(me.read("journal.md") ?? "").not.toContain("(looop)");
  });
});

describe("a journal that a decider changed", () => {
  const cases: [title: string, tick: string, left: string | undefined, said: string][] = [
    ["rewritten", 'echo "all new" > journal.md', "all new\n", "all new"],
    ["edited in the middle", "sed -i s/one/uno/ journal.md", "uno\ntwo\n", "uno"],
    ["cut short, and added to", "head -1 journal.md > j; echo mine >> j; mv j journal.md", "one\nmine\n", "mine"],
  ];
  test.each(cases)(
    "reports a journal that a decider has %s, and keeps a copy of the old one",
    (_title, tick, left, said) => {
      const result = after(tick, "one\ntwo\n");

      const [kept = ""] = readdirSync(result.me.data).filter((name) => name.startsWith("journal.before-"));
      expect([result.journal, result.said, result.me.read(kept)]).toEqual([left, said, "one\ntwo\n"]);
      expect(events(result.me)).toContainEqual(
        expect.objectContaining({ event: "journal_changed", kept: join(result.me.data, kept) }),
      );
    },
  );

  test("reports a journal that a decider removed, and writes its own line", () => {
    const { me, journal } = after("rm journal.md", "one\ntwo\n");

    const [kept = ""] = readdirSync(me.data).filter((name) => name.startsWith("journal.before-"));
    expect(me.read(kept)).toBe("one\ntwo\n");
    expect(journal).toMatch(/^- .* \(looop\) the runner ended well/);
  });
});

describe("RECENT JOURNAL", () => {
  test("shows the decider the last twenty journal lines, oldest first, without blank ones", () => {
    const lines = Array.from({ length: 30 }, (_, at) => `- line ${at}`);
    const { me } = after("true", `${lines.join("\n\n")}\n`);

    expect(section(me, "RECENT JOURNAL")).toBe(lines.slice(-20).join("\n"));
  });

  test("says in the prompt that there is no journal yet", () => {
    expect(section(after("true").me, "RECENT JOURNAL")).toBe("(empty)");
  });

  test("shows only the end of a journal of 50 MB", () => {
    const { me } = after("true", `${`${"x".repeat(999)}\n`.repeat(50_000)}- the last\n`);

    expect(section(me, "RECENT JOURNAL")).toEndWith("\n- the last");
  });

  test("cuts a journal line that is too long, and one without an end", () => {
    const { me } = after("true", `${"y".repeat(1_000_000)}`);

    expect(section(me, "RECENT JOURNAL")).toMatch(/^y{499}…$/);
  });

  test("reads and writes the journal through a symbolic link, as dotfiles have it", () => {
    const me = decidedBy(profile(), "cat > prompt.txt");
    const elsewhere = join(me.home, "journal.md");
    writeFileSync(elsewhere, "- old\n");
    symlinkSync(elsewhere, join(me.data, "journal.md"));

    looop(["tick"], { profile: me, stdout: /done/ });

    expect(section(me, "RECENT JOURNAL")).toBe("- old");
    expect(me.read("journal.md")).toMatch(/^- old\n- .*\(looop\)/);
  });
});
