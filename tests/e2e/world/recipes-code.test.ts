/** The ready-made sensors of code: a repository, code hosts, and the packages of a project. */
import { expect } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { answering } from "../../support/machine/answering.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { addRecipe } from "../../support/program/recipe.ts";
import { run } from "../../support/program/run.ts";
import { missing, testUnless } from "../../support/program/skip.ts";

testUnless(missing("git"))(
  "git-repo tells of the real git what is uncommitted, unpushed, behind, stale and stashed",
  async () => {
    const me = profile();
    const env = { ...me.env, GIT_AUTHOR_DATE: "2020-01-01T00:00:00Z", GIT_COMMITTER_DATE: "2020-01-01T00:00:00Z" };
    const git = (folder: string, ...words: string[]) => {
      const identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"];
      const done = run(["git", ...identity, ...words], { env, cwd: join(me.home, folder) });
      expect({ words, ...done }).toMatchObject({ words, exit: 0 });
    };
    git(".", "init", "--quiet", "--bare", "origin.git");
    git(".", "clone", "--quiet", "origin.git", "mine");
    const look = addRecipe(me, "git-repo", { repo: "mine" });
    expect(await look()).toMatchObject({ exit: 0, stderr: "", signal: { branch: "main", uncommitted: 0, stale: [] } });
    git("mine", "commit", "--quiet", "--allow-empty", "-m", "one");
    git("mine", "push", "--quiet", "-u", "origin", "main");
    git("mine", "branch", "old");
    git(".", "clone", "--quiet", "origin.git", "other");
    git("other", "commit", "--quiet", "--allow-empty", "-m", "two");
    git("other", "push", "--quiet");
    git("mine", "commit", "--quiet", "--allow-empty", "-m", "three");
    writeFileSync(join(me.home, "mine/a b"), "");
    expect(await look()).toEqual({
      exit: 0,
      stderr: "",
      signal: { branch: "main", uncommitted: 1, unpushed: 1, behind: 1, stale: ["old"], stashes: 0 },
      detail: { files: ['?? "a b"'], fetched: true },
    } as never);
    const none = addRecipe(me, "git-repo", { repo: "nowhere" });
    expect(await none()).toMatchObject({ failed: 1, stderr: `no folder ${me.home}/nowhere\n` });
  },
);

/** A fake gh: for the words that `asked` matches it prints JSON as gh's manual documents it, through --jq as gh does. */
function gh(me: Profile, asked: string, json: unknown): void {
  writeFileSync(join(me.home, "answer.json"), JSON.stringify(json));
  me.command(
    "gh",
    `case "$*" in ${asked}) ;; *) echo "gh: unexpected: $*" >&2; exit 1 ;; esac
while [ "$1" != --jq ]; do shift; done
exec jq -r "$2" "$HOME/answer.json"`,
  );
}

const NOT_LOGGED_IN = "echo 'To get started with GitHub CLI, please run:  gh auth login' >&2; exit 4";

const pr = (number: number, nameWithOwner: string, title: string) => ({ number, title, repository: { nameWithOwner } });

const searches: [recipe: string, asked: string, field: string][] = [
  ["github-reviews", '"search prs --review-requested=@me --state=open "*', "waiting"],
  ["github-issues", '"search issues --assignee=@me --state=open "*', "assigned"],
];
for (const [recipe, asked, field] of searches)
  testUnless(missing("jq"))(`${recipe} names what waits, from a fake gh with its documented JSON`, async () => {
    const me = profile();
    const look = addRecipe(me, recipe);
    expect(await look({ PATH: "/nowhere" })).toMatchObject({
      exit: 127,
      stderr: expect.stringContaining("gh is not installed"),
    });
    gh(me, asked, [pr(7, "b/b", 'say "hi"'), pr(12, "a/a", "two")]);
    const signal = { [field]: ["a/a#12", "b/b#7"] };
    expect(await look()).toMatchObject({
      exit: 0,
      stderr: "",
      signal,
      detail: { titles: ["a/a#12 two", 'b/b#7 say "hi"'] },
    });
    me.command("gh", NOT_LOGGED_IN);
    expect(await look()).toMatchObject({
      exit: 0,
      failed: 1,
      signal,
      stderr: expect.stringContaining("gh auth login"),
    });
  });

testUnless(missing("jq"))(
  "github-prs names failing checks and requested changes, from a fake gh with GraphQL's documented JSON",
  async () => {
    const me = profile();
    const node = (number: number, state: string | null, more: object = {}) => ({
      ...pr(number, "a/a", `pr ${number}`),
      isDraft: false,
      mergeable: "MERGEABLE",
      reviewDecision: null,
      commits: { nodes: [{ commit: { statusCheckRollup: state === null ? null : { state } } }] },
      ...more,
    });
    const nodes = [
      node(1, "FAILURE"),
      node(2, "PENDING", { reviewDecision: "CHANGES_REQUESTED" }),
      node(3, null, { mergeable: "CONFLICTING", isDraft: true }),
      node(4, "SUCCESS", { reviewDecision: "APPROVED" }),
    ];
    gh(me, '"api graphql -f q=is:pr is:open author:@me repo:a/a "*', { data: { search: { nodes } } });
    expect(await addRecipe(me, "github-prs", { repo: "a/a" })()).toMatchObject({
      exit: 0,
      stderr: "",
      signal: { failing: ["a/a#1"], changes_requested: ["a/a#2"], approved: ["a/a#4"], conflicts: ["a/a#3"] },
      detail: { all: expect.arrayContaining(["a/a#3 NO_CHECKS NO_REVIEW CONFLICT DRAFT"]) },
    });
  },
);

testUnless(missing("jq"))(
  "github-notifications names those for me, from a fake gh with the documented JSON",
  async () => {
    const me = profile();
    const it = (id: string, reason: string) => ({
      id,
      reason,
      repository: { full_name: "a/a" },
      subject: { title: "t" },
    });
    gh(me, '"api notifications "*', [it("9", "mention"), it("8", "ci_activity"), it("7", "assign")]);
    expect(await addRecipe(me, "github-notifications")()).toMatchObject({
      exit: 0,
      stderr: "",
      signal: { unread: ["assign:7", "mention:9"] },
      detail: { titles: ["a/a t", "a/a t"] },
    });
  },
);

testUnless(missing("jq"))(
  "github-ci names the workflows that failed last, from a fake gh with its documented JSON",
  async () => {
    const me = profile();
    const at = (workflowName: string, status: string, conclusion: string) => ({
      workflowName,
      status,
      conclusion,
      headSha: "0123456789abcdef",
      url: "https://x/1",
    });
    const look = addRecipe(me, "github-ci", { repo: "a/a" });
    gh(me, '"run list --repo a/a --branch main "*', [
      at("test", "in_progress", ""),
      at("test", "completed", "failure"),
      at("test", "completed", "success"),
      at("lint", "completed", "success"),
    ]);
    const signal = { green: false, failed: ["test: failure"] };
    expect(await look()).toMatchObject({ exit: 0, stderr: "", signal });
    gh(me, "*", [at("test", "completed", "success"), at("test", "completed", "failure")]);
    expect(await look()).toMatchObject({ exit: 0, signal: { green: true, failed: [] } });
  },
);

testUnless(missing("jq"))(
  "gitlab-mrs and gitlab-ci name merge requests and the last pipeline, from a fake glab with the API's documented JSON",
  async () => {
    const me = profile();
    const mr = (full: string, has_conflicts: boolean) => ({ references: { full }, has_conflicts, title: `of ${full}` });
    me.write("../home/review.json", JSON.stringify([mr("g/b!2", false), mr("g/a!1", false)]));
    me.write("../home/own.json", JSON.stringify([mr("g/c!3", true)]));
    me.write(
      "../home/pipes.json",
      JSON.stringify(["running", "failed", "success"].map((status) => ({ status, sha: "0a", web_url: "u" }))),
    );
    me.command(
      "glab",
      `case "$*" in
*reviewer_username=ann) cat "$HOME/review.json" ;; *author_username=ann) cat "$HOME/own.json" ;;
"api projects/g%2Fsub%2Fa/pipelines?ref=main"*) cat "$HOME/pipes.json" ;; *) echo "404" >&2; exit 1 ;; esac`,
    );
    const mrs = addRecipe(me, "gitlab-mrs", { user: "ann" });
    const signal = { to_review: ["g/a!1", "g/b!2"], mine: ["g/c!3 conflict"] };
    expect(await mrs()).toMatchObject({ exit: 0, stderr: "", signal, detail: { titles: ["of g/a!1", "of g/b!2"] } });
    const ci = addRecipe(me, "gitlab-ci", { project: "g/sub/a" });
    expect(await ci()).toMatchObject({
      exit: 0,
      stderr: "",
      signal: { status: "failed" },
      detail: { url: "u", sha: "0a" },
    });
    me.command("glab", "echo 'none of the git remotes are known' >&2; exit 1");
    expect(await mrs()).toMatchObject({ failed: 1, signal });
    expect(await ci()).toMatchObject({ failed: 1, signal: { status: "failed" } });
  },
);

/** Where npm and its node are, which is not always in a folder of the system. */
const NPM = Bun.which("npm");

testUnless(NPM === null ? missing("npm") : undefined)(
  "npm-outdated and npm-audit ask a registry by the real npm, here one on loopback",
  async () => {
    const me = profile({ path: NPM === null ? [] : [dirname(NPM)] });
    const project = join(me.home, "code");
    mkdirSync(join(project, "node_modules/garden"), { recursive: true });
    const write = (path: string, value: unknown) => writeFileSync(join(project, path), JSON.stringify(value));
    write("package.json", { name: "mine", version: "1.0.0", dependencies: { garden: "^1.0.0" } });
    write("node_modules/garden/package.json", { name: "garden", version: "1.2.0" });
    write("package-lock.json", {
      name: "mine",
      version: "1.0.0",
      lockfileVersion: 3,
      packages: {
        "": { name: "mine", version: "1.0.0", dependencies: { garden: "^1.0.0" } },
        "node_modules/garden": { version: "1.2.0" },
      },
    });
    const version = (number: string) => ({
      name: "garden",
      version: number,
      dist: { tarball: "http://x/y", shasum: "0" },
    });
    const packument = {
      name: "garden",
      "dist-tags": { latest: "2.1.0" },
      versions: { "1.2.0": version("1.2.0"), "1.3.0": version("1.3.0"), "2.1.0": version("2.1.0") },
    };
    const advisory = {
      id: 1,
      url: "https://x",
      title: "weeds",
      severity: "high",
      vulnerable_versions: "<1.3.0",
      cwe: [],
      cvss: { score: 8, vectorString: null },
    };
    let isDown = false;
    const registry = await answering(({ url }) => {
      if (isDown) return { status: 404, body: {} };
      if (url === "/-/npm/v1/security/advisories/bulk") return { body: { garden: [advisory] } };
      return url === "/garden" ? { body: packument } : { body: {} };
    });
    writeFileSync(join(project, ".npmrc"), `registry=${registry}/\nfetch-retries=0\nupdate-notifier=false\n`);

    const outdated = addRecipe(me, "npm-outdated", { project: "code" });
    const packages = { packages: ["garden@1.2.0 -> garden@2.1.0"] };
    expect(await outdated()).toMatchObject({
      exit: 0,
      signal: { major: ["garden@2.1.0"], outdated: 1 },
      detail: packages,
    });
    const audit = addRecipe(me, "npm-audit", { project: "code" });
    const counts = { critical: 0, high: 1, low: 0, moderate: 0 };
    expect(await audit()).toMatchObject({ exit: 0, signal: counts, detail: { packages: ["garden"] } });
    isDown = true;
    expect(await outdated()).toMatchObject({ exit: 0, failed: 1, signal: { outdated: 1 } });
    expect(await audit()).toMatchObject({ exit: 0, failed: 1, signal: counts });
  },
);
