/** install.sh on almost empty machines, from a server on loopback. */
import { describe, expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { pack } from "../../../tools/archive.ts";
import { installScript } from "../../../tools/install-script.ts";
import { ROOT } from "../../../tools/project.ts";
import { serve } from "../../support/machine/file-server.ts";
import { sha256Of } from "../../support/machine/release.ts";
import { HOME, inRoot, type Root } from "../../support/process/bare-root.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import type { Outcome } from "../../support/program/run.ts";
import { fromSource, missing, testUnless } from "../../support/program/skip.ts";

const TOOLS = ["uname", "mkdir", "rm", "mv", "cut", "sed", "grep", "chmod", "sha256sum", "tar", "gzip", "ls", "cat"];
const X64 = process.arch === "x64" ? "x64" : "arm64";
const BUILD = `linux-${X64}`;
const testIn = testUnless(
  fromSource("the script knows nothing of the program") ?? missing("bwrap", "dash", "busybox", "curl", "wget"),
);

/** Returns a small program that claims to be looop of this version. */
const program = (version: string) => Buffer.from(`#!/bin/sh\necho "looop ${version}"\n`);

/** Writes a release of `looop` into a folder, as tools/release.ts lays it out, and returns it. */
function releaseOf(me: Profile, looop: Uint8Array, name = "release", builds = [BUILD, `${BUILD}-baseline`]): string {
  const folder = join(me.home, name);
  mkdirSync(folder, { recursive: true });
  const archive = pack([{ name: "looop", content: looop, isProgram: true }], 0);
  const files = builds.flatMap((build): [string, Uint8Array][] => [
    [`looop-${build}`, looop],
    [`looop-${build}.tar.gz`, archive],
  ]);
  for (const [file, content] of files) writeFileSync(join(folder, file), content);
  writeFileSync(join(folder, "SHA256SUMS"), files.map(([file, content]) => `${sha256Of(content)}  ${file}\n`).join(""));
  return folder;
}

interface Machine extends Partial<Root> {
  /** The words of the shell. */
  readonly shell?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly words?: readonly string[];
  readonly script?: string;
}

/** Runs install.sh there; the installed program would be at `<home>/.local/bin/looop`. */
function install(me: Profile, machine: Machine = {}): Promise<Outcome> {
  const { shell = ["dash"], env = {}, words = [], commands = [...TOOLS, "curl"], busybox = [], more = [] } = machine;
  const script = join(me.home, "install.sh");
  writeFileSync(script, machine.script ?? readFileSync(join(ROOT, "install.sh")));
  const set = Object.entries(env).flatMap(([name, value]) => ["--setenv", name, value]);
  const all = [...new Set([...commands, ...(busybox.length > 0 ? [] : ["dash"]), ...shell.slice(0, 1)])];
  // Programs that begin with #!/bin/sh need one.
  const sh = busybox.length > 0 ? [] : ["--symlink", "dash", "/bin/sh"];
  const bound = ["--ro-bind", script, "/install.sh", ...sh, ...set, ...more];
  const argv = inRoot({ home: join(me.home, "you"), commands: all, busybox, more: bound }, [
    ...shell,
    "/install.sh",
    ...words,
  ]);
  return outcome(argv);
}

function outcome([command = "", ...argv]: readonly string[]): Promise<Outcome> {
  const child = spawn(command, argv, { stdio: ["ignore", "pipe", "pipe"] });
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (bytes) => (said.stdout += `${bytes}`));
  child.stderr.on("data", (bytes) => (said.stderr += `${bytes}`));
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (code, signal) => done({ exit: code ?? signal ?? "unknown", ...said }));
  });
}

const binOf = (me: Profile) => join(me.home, "you/.local/bin");
const installed = (me: Profile) => join(binOf(me), "looop");

describe("install.sh in a clean root", () => {
  const busybox = ["sh", ...TOOLS.filter((name) => name !== "cat"), "cat", "wget"];
  const machines: [title: string, machine: Machine][] = [
    ["dash, with curl", {}],
    ["bash, with curl", { shell: ["bash"] }],
    ["dash, with wget and no curl", { commands: [...TOOLS, "wget"] }],
    ["busybox and nothing else", { shell: ["busybox", "sh"], commands: ["busybox"], busybox }],
    ["no tar", { commands: [...TOOLS.filter((name) => name !== "tar"), "curl"] }],
  ];
  for (const [title, machine] of machines) {
    testIn(`installs with ${title}, and says how to put it on PATH`, async () => {
      const me = profile();
      const { url } = await serve(releaseOf(me, program("9.8.7")));

      const done = await install(me, { ...machine, env: { LOOOP_BASE_URL: url, SHELL: "/bin/zsh" } });

      expect(done).toMatchObject({ exit: 0, stderr: "" });
      expect(done.stdout).toContain(`Installed looop 9.8.7 in ${HOME}/.local/bin\n`);
      expect(done.stdout).toContain(`echo 'export PATH="${HOME}/.local/bin:$PATH"' >>~/.zshrc`);
      expect(readFileSync(installed(me))).toEqual(program("9.8.7"));
      expect([statSync(installed(me)).mode & 0o777, readdirSync(binOf(me))]).toEqual([0o755, ["looop"]]);
    });
  }

  const shells: [shell: string, advice: RegExp][] = [
    ["/bin/bash", />>~\/\.bashrc/],
    ["/usr/bin/fish", /fish_add_path '\/home\/you\/\.local\/bin'/],
    ["/bin/ksh", />>~\/\.profile/],
  ];
  for (const [shell, advice] of shells) {
    testIn(`says what to type in ${shell}`, async () => {
      const me = profile();
      const { url } = await serve(releaseOf(me, program("1.0.0")));
      expect((await install(me, { env: { LOOOP_BASE_URL: url, SHELL: shell } })).stdout).toMatch(advice);
    });
  }

  testIn("does not mention PATH when its folder is on it", async () => {
    const me = profile();
    const { url } = await serve(releaseOf(me, program("1.0.0")));
    const env = { LOOOP_BASE_URL: url, PATH: `/bin:${HOME}/.local/bin` };
    expect((await install(me, { env })).stdout).not.toContain("PATH");
  });
});

describe("install.sh a second time", () => {
  testIn("fetches nothing when it is up to date", async () => {
    const me = profile();
    const { url, asked } = await serve(releaseOf(me, program("1.0.0")));
    await install(me, { env: { LOOOP_BASE_URL: url } });
    const before = asked.length;

    const done = await install(me, { env: { LOOOP_BASE_URL: url } });

    expect(done).toMatchObject({ exit: 0, stdout: expect.stringContaining("looop 1.0.0 is already in") });
    expect(asked.slice(before)).toEqual(["SHA256SUMS"]);
  });

  testIn("replaces an older program by a rename, so that a running one goes on", async () => {
    const me = profile();
    const [old, next] = [
      await serve(releaseOf(me, program("1.0.0"), "old")),
      await serve(releaseOf(me, program("2.0.0"))),
    ];
    await install(me, { env: { LOOOP_BASE_URL: old.url } });
    const { ino } = statSync(installed(me));

    await install(me, { env: { LOOOP_BASE_URL: next.url } });

    expect(readFileSync(installed(me))).toEqual(program("2.0.0"));
    expect(statSync(installed(me)).ino).not.toBe(ino);
  });

  testIn("removes what a killed run left", async () => {
    const me = profile();
    mkdirSync(join(binOf(me), ".looop-install.999999999"), { recursive: true });
    const { url } = await serve(releaseOf(me, program("1.0.0")));
    await install(me, { env: { LOOOP_BASE_URL: url } });
    expect(readdirSync(binOf(me))).toEqual(["looop"]);
  });
});

describe("install.sh refuses, and leaves what is there", () => {
  /** An installed 1.0.0, and a release of 2.0.0 that something is wrong with. */
  async function refused(
    wrong: (release: string) => void,
    machine: Machine = {},
    cut: readonly string[] = [],
  ): Promise<Outcome> {
    const me = profile();
    mkdirSync(binOf(me), { recursive: true });
    writeFileSync(installed(me), program("1.0.0"), { mode: 0o755 });
    const release = releaseOf(me, program("2.0.0"));
    wrong(release);
    const { url } = await serve(release, cut);
    const done = await install(me, { ...machine, env: { LOOOP_BASE_URL: url, ...machine.env } });
    expect(readFileSync(installed(me))).toEqual(program("1.0.0"));
    expect(readdirSync(binOf(me))).toEqual(["looop"]);
    expect(done.stderr).toMatch(/Cannot install looop: .+\n {2}hint: .+\n$/);
    expect(done.exit).toBe(1);
    return done;
  }

  const files = [`looop-${BUILD}.tar.gz`, `looop-${BUILD}-baseline.tar.gz`];
  testIn("a file with another hash", async () => {
    const done = await refused((release) => {
      for (const file of files)
        writeFileSync(join(release, file), pack([{ name: "looop", content: program("6.6.6") }], 0));
    });
    expect(done.stderr).toContain("does not have the SHA-256 of the release");
  });

  testIn("a download that is cut", async () => {
    expect((await refused(() => {}, {}, files)).stderr).toContain("did not come, or not whole");
  });

  testIn("a download that is cut, with busybox's wget", async () => {
    const busybox = ["sh", ...TOOLS, "wget"];
    const machine = { shell: ["busybox", "sh"], commands: ["busybox"], busybox };
    expect((await refused(() => {}, machine, files)).stderr).toMatch(/not whole|SHA-256/);
  });

  testIn("a release without sums", async () => {
    expect((await refused((release) => writeFileSync(join(release, "SHA256SUMS"), ""))).stderr).toContain(
      "has no build for",
    );
  });

  testIn("to fetch where it cannot check", async () => {
    const commands = [...TOOLS.filter((name) => name !== "sha256sum"), "curl"];
    expect((await refused(() => {}, { commands })).stderr).toContain("no sha256sum, shasum or openssl");
  });

  testIn("to begin with neither curl nor wget", async () => {
    expect((await refused(() => {}, { commands: TOOLS })).stderr).toContain("neither curl nor wget");
  });

  testIn("a release of another version than was asked for", async () => {
    expect((await refused(() => {}, { env: { LOOOP_VERSION: "3.0.0" } })).stderr).toContain("looop 2.0.0, not 3.0.0");
  });

  testIn("an unknown build", async () => {
    expect((await refused(() => {}, { env: { LOOOP_TARGET: "plan9-x64" } })).stderr).toContain(
      "no build for plan9-x64",
    );
  });
});

describe("install.sh on a machine that it is not for", () => {
  /** Writes a `uname` that prints this. */
  function uname(me: Profile, os: string, processor: string): Machine {
    const fake = join(me.home, "uname");
    writeFileSync(fake, `#!/bin/sh\ncase $1 in -s) echo ${os} ;; *) echo ${processor} ;; esac\n`);
    chmodSync(fake, 0o755);
    const commands = [...TOOLS.filter((name) => name !== "uname"), "curl"];
    return { commands, more: ["--ro-bind", fake, "/bin/uname"], env: { LOOOP_BASE_URL: "http://127.0.0.1:9" } };
  }

  const others: [os: string, processor: string, says: string][] = [
    ["Linux", "riscv64", "no build for the processor riscv64"],
    ["FreeBSD", "amd64", "no build for FreeBSD"],
  ];
  for (const [os, processor, says] of others) {
    testIn(`refuses ${os} on ${processor} before it fetches anything`, async () => {
      const me = profile();
      const done = await install(me, uname(me, os, processor));
      expect(done).toMatchObject({ exit: 1, stdout: "", stderr: expect.stringContaining(says) });
      expect(existsSync(installed(me))).toBe(false);
    });
  }

  testIn("names the variable to set when the folder cannot be written", async () => {
    const me = profile();
    const more = ["--ro-bind", me.home, "/readonly"];
    const env = { LOOOP_BASE_URL: "http://127.0.0.1:9", LOOOP_INSTALL_DIR: "/readonly" };
    const done = await install(me, { more, env });
    expect(done).toMatchObject({
      exit: 1,
      stdout: "",
      stderr: expect.stringMatching(/\/readonly cannot be written\n.*LOOOP_INSTALL_DIR/),
    });
  });

  testIn("asks for the release's address when it has none", async () => {
    expect((await install(profile())).stderr).toContain("LOOOP_BASE_URL");
  });
});

describe("install.sh of a release", () => {
  testIn("knows the address of its files, and of another version's", async () => {
    const me = profile();
    releaseOf(me, program("1.0.0"), "site/v1.0.0");
    releaseOf(me, program("0.9.0"), "site/v0.9.0");
    const { url } = await serve(join(me.home, "site"));
    const script = installScript(`${url}/v1.0.0`);

    await install(me, { script });
    expect(readFileSync(installed(me))).toEqual(program("1.0.0"));
    await install(me, { script, env: { LOOOP_VERSION: "0.9.0" } });
    expect(readFileSync(installed(me))).toEqual(program("0.9.0"));
  });
});

describe("install.sh --uninstall", () => {
  testIn("removes the program and says where the data is", async () => {
    const me = profile();
    const { url } = await serve(releaseOf(me, program("1.0.0")));
    await install(me, { env: { LOOOP_BASE_URL: url } });

    const done = await install(me, { words: ["--uninstall"] });

    expect(done).toMatchObject({ exit: 0, stderr: "", stdout: expect.stringContaining(`${HOME}/.local/state/looop`) });
    expect(existsSync(installed(me))).toBe(false);
    expect(await install(me, { words: ["--uninstall"] })).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining("nothing to do"),
    });
  });

  testIn("leaves another program of that name alone", async () => {
    const me = profile();
    mkdirSync(binOf(me), { recursive: true });
    writeFileSync(installed(me), "#!/bin/sh\necho fruit loops\n", { mode: 0o755 });
    expect(await install(me, { words: ["--uninstall"] })).toMatchObject({ exit: 1 });
    expect(existsSync(installed(me))).toBe(true);
  });
});

test("install.sh names only variables that it reads", () => {
  const [head = "", body = ""] = readFileSync(join(ROOT, "install.sh"), "utf8").split("set -eu");
  const named = [...new Set(head.match(/LOOOP_[A-Z_]+/g) ?? [])];
  const read = [...new Set(body.match(/\$\{(LOOOP_[A-Z_]+)/g) ?? [])].map((it) => it.slice(2));
  expect(named.sort()).toEqual(read.sort());
});
