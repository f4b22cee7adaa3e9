import { describe, expect, test } from "bun:test";
import {
  followed,
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
  test("keeps dots, newlines and equal signs where they belong", () => {
    expect(settings(["filter.a.b=c.clean", "run\nme"])).toEqual([
      { section: "filter", sub: "a.b=c", name: "clean", value: "run\nme" },
    ]);
  });

  test("takes a key without a value for true", () => {
    expect(parseSettings("core.bare\0")).toEqual([{ section: "core", sub: undefined, name: "bare", value: "true" }]);
  });
});

describe("followed()", () => {
  test("leaves out everything that can name a program", () => {
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
    expect(keys(followed(hostile, "main"))).toEqual(["core.repositoryformatversion", "core.bare"]);
  });

  test("follows how files are compared, but no value that is not one plain word", () => {
    const found = followed(settings(["core.filemode", "false"], ["core.eol", 'lf"\n[core]\nfsmonitor = evil']), "main");
    expect(keys(found)).toEqual(["core.repositoryformatversion", "core.bare", "core.filemode"]);
  });

  test("follows the upstream of the branch, and no other branch's", () => {
    const found = followed(
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
    ["passes a plain repository", [["core.bare", "false"]], undefined],
    ["passes SHA-256 objects", [["extensions.objectformat", "sha256"]], undefined],
    ["passes worktree settings", [["extensions.worktreeconfig", "true"]], undefined],
    ["names a ref format that we do not link", [["extensions.refstorage", "reftable"]], /refstorage = reftable/],
    ["names an extension that we do not know", [["extensions.future", "yes"]], /future = yes/],
  ];
  test.each(cases)("%s", (_title, pairs, want) => {
    const why = whyUnreadable(settings(...pairs));
    if (want === undefined) expect(why).toBeUndefined();
    else expect(why).toMatch(want);
  });
});

describe("renderSettings()", () => {
  test("quotes what a value or a name could break out with", () => {
    const text = renderSettings([{ section: "branch", sub: 'a"]\\', name: "remote", value: 'x"\n[core]\\' }]);
    expect(text).toBe('[branch "a\\"]\\\\"]\n\tremote = "x\\"\\n[core]\\\\"\n');
  });
});
