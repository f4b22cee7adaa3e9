import { describe, expect, test } from "bun:test";
import {
  allowedSettings,
  parseSettings,
  renderSettings,
  type Setting,
  whyUnreadable,
} from "../../../src/core/history/git-config.ts";

const settings = (...pairs: [key: string, value: string][]): Setting[] =>
  parseSettings(pairs.map(([key, value]) => `${key}\n${value}\0`).join(""));
const keys = (all: readonly Setting[]) =>
  all.map(({ section, sub, name }) => [section, sub, name].filter(Boolean).join("."));

describe("parseSettings()", () => {
  test("parseSettings() keeps dots, newlines and equal signs in names and values", () => {
    expect(settings(["filter.a.b=c.clean", "run\nme"])).toEqual([
      { section: "filter", sub: "a.b=c", name: "clean", value: "run\nme" },
    ]);
  });

  test("parseSettings() reads a key without a value as true", () => {
    expect(parseSettings("core.bare\0")).toEqual([{ section: "core", sub: undefined, name: "bare", value: "true" }]);
  });
});

describe("allowedSettings()", () => {
  test("allowedSettings() drops every setting that can name a program", () => {
    const hostile = settings(
      ["core.fsmonitor", "evil"],
      ["core.hookspath", "evil"],
      ["core.sshcommand", "evil"],
      ["core.pager", "evil"],
      ["core.worktree", "/elsewhere"],
      ["core.alternaterefscommand", "evil"],
      ["filter.x.clean", "evil"],
      ["filter.x.process", "evil"],
      ["diff.x.textconv", "evil"],
      ["diff.external", "evil"],
      ["alias.status", "!evil"],
      ["gpg.program", "evil"],
      ["include.path", "evil"],
      ["credential.helper", "evil"],
      ["remote.origin.uploadpack", "evil"],
      ["remote.origin.promisor", "true"],
      ["extensions.partialclone", "origin"],
    );
    expect(keys(allowedSettings(hostile, "main"))).toEqual(["core.repositoryformatversion", "core.bare"]);
  });

  test("allowedSettings() keeps how files are compared, but only values that are one plain word", () => {
    const found = allowedSettings(
      settings(["core.filemode", "false"], ["core.eol", 'lf"\n[core]\nfsmonitor = evil']),
      "main",
    );
    expect(keys(found)).toEqual(["core.repositoryformatversion", "core.bare", "core.filemode"]);
  });

  test("allowedSettings() keeps the upstream of the branch, and of no other branch", () => {
    const found = allowedSettings(
      settings(
        ["branch.main.remote", "origin"],
        ["branch.main.merge", "refs/heads/main"],
        ["branch.other.remote", "evil"],
        ["remote.origin.url", "ext::evil"],
        ["remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"],
      ),
      "main",
    );
    expect(keys(found).slice(2)).toEqual(["branch.main.remote", "branch.main.merge", "remote.origin.fetch"]);
  });
});

describe("whyUnreadable()", () => {
  const cases: [title: string, pairs: [string, string][], want: RegExp | undefined][] = [
    ["accepts a plain repository", [["core.bare", "false"]], undefined],
    ["accepts SHA-256 objects", [["extensions.objectformat", "sha256"]], undefined],
    ["accepts worktree settings", [["extensions.worktreeconfig", "true"]], undefined],
    ["names an unsupported ref format", [["extensions.refstorage", "reftable"]], /refstorage = reftable/],
    ["names an unknown extension", [["extensions.future", "yes"]], /future = yes/],
  ];
  test.each(cases)("whyUnreadable() %s", (_title, pairs, want) => {
    const why = whyUnreadable(settings(...pairs));
    if (want === undefined) expect(why).toBeUndefined();
    else expect(why).toMatch(want);
  });
});

describe("renderSettings()", () => {
  test("renderSettings() quotes characters with which a name or a value could start another setting", () => {
    const text = renderSettings([{ section: "branch", sub: 'a"]\\', name: "remote", value: 'x"\n[core]\\' }]);
    expect(text).toBe('[branch "a\\"]\\\\"]\n\tremote = "x\\"\\n[core]\\\\"\n');
  });
});
