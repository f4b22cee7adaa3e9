/** The worker of the built-in runner, on a real PTY: it looks, writes a report, asks one thing, and ends itself. */
import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fingerprint, makeStale, plantPrograms, put, unfinishedRepo } from "../../support/machine/git-repo.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { PROGRAM } from "../../support/program/program.ts";
import { missing, testUnless } from "../../support/program/skip.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { attach, fnv, frame, request, sessionRaw } from "../../support/session/raw-session.ts";
import { fleetProfile, session, transcript } from "../../support/session/workers.ts";

const noGit = missing("git");

/** Starts a worker, and waits for its question. */
async function asked(me: Profile, id: string, task: string, more: readonly string[] = []): Promise<void> {
  looop(["start-session", id, task, "offline", ...more], { profile: me, stdout: ANYTHING });
  await waitFor(`the question of ${id}`, () => session(me, `looop-${id}`)?.note);
}

const type = (me: Profile, id: string, ...words: string[]) =>
  looop(["send", id, ...words], { profile: me, stdout: ANYTHING });

/** Waits for the end of a worker, and returns its row. */
async function over(me: Profile, id: string) {
  return waitFor(`the end of ${id}`, () => {
    const row = session(me, `looop-${id}`);
    return row?.alive === false && row;
  });
}

/** Returns the short path of its socket. */
function socketOf(me: Profile, id: string): string {
  return join(me.home, ".babysit-sockets", fnv(me.data), fnv(`looop-${id}`));
}

/** Waits until its transcript holds `text`, and returns the transcript. */
async function screenWith(me: Profile, id: string, text: string): Promise<string> {
  return waitFor(`"${text}" on the screen of ${id}`, () => {
    const all = transcript(me, `looop-${id}`);
    return all.includes(text) && all;
  });
}

/** A terminal with a client attached to `try`, once that shows the question; our own supervisor plays the terminal. */
async function terminal(me: Profile, name: string) {
  const session = await sessionRaw(me, [...PROGRAM, "attach", "try"], {
    id: `terminal-${name}`,
    size: "120x40",
    data: join(me.home, "terminals"),
    env: { TERM: "xterm-256color" },
  });
  const client = await attach(session.sockets.far, 120, 40);
  await waitFor(`the question on the ${name} terminal`, () => client.output().includes("What should happen to"));
  return { ...session, client };
}

describe("the offline worker", () => {
  testUnless(noGit)(
    "reads the repository that its task names, reports, asks, and ends itself after the answer",
    async () => {
      const me = fleetProfile();
      const repo = unfinishedRepo(join(me.home, "garden"));
      await asked(me, "try", `Look at ${repo}, please.`);

      const question = "2 changes on main are not committed. What should happen to them?";
      expect(session(me, "looop-try")).toMatchObject({ alive: true, note: `${question} (reports/try.md)` });
      expect(me.read("reports/try.md")).toContain("- M plan.txt\n- ?? notes.txt\n");
      type(me, "try", "commit", "both");

      expect(await over(me, "try")).toMatchObject({ state: "killed", ended_by: "self", note: null });
      expect(me.read("reports/try.md")).toMatch(/\nQuestion \(.*\): 2 changes .*\n\nAnswer \(.*\): commit both\n$/);
      expect(me.read("events.jsonl")?.match(/"event":"\w+"/g)).toEqual(['"event":"flagged"', '"event":"unflagged"']);
      expect(me.read("cost.jsonl")).toMatch(/^\{[^\n]*"kind":"session"[^\n]*\}\n$/);
    },
  );

  test("shows in a few lines what it is, what it does, and how to answer", async () => {
    const me = fleetProfile();
    const folder = join(me.home, "papers");
    put(folder, "letter.txt", "Dear\n");
    await asked(me, "try", `Look at "${folder}"`);

    expect(looop(["screenshot", "try"], { profile: me, stdout: ANYTHING }).stdout.trimEnd()).toBe(
      `offline worker: written rules, not a model. It looks, reports, asks one thing, and ends itself.

  task    Look at "${folder}"
  folder  ${folder}
  found   1 entry, the newest is letter.txt
  wrote   reports/try.md

papers has 1 entry, the newest is letter.txt. What should happen to it?

Type one line and press Enter, or run this elsewhere. It waits as long as you like; Ctrl-C ends it without an answer.
  LOOOP_DATA_DIR=${me.data} looop send try "your answer"
>`,
    );
  });

  test("waits while clients come, resize and are cut off, and takes the answer that one of them types", async () => {
    const me = fleetProfile();
    await asked(me, "try", "Look around");
    const first = await attach(socketOf(me, "try"), 60, 20);
    await waitFor("the picture", () => first.output().includes("> "));
    first.write(frame(1, "half an ans"));
    await screenWith(me, "try", "> half an ans");
    first.socket.destroy();

    const second = await attach(socketOf(me, "try"), 100, 30);
    await waitFor("the picture with what was typed", () => second.output().includes("> half an ans"));
    second.write(frame(1, "wer\r"));

    expect(await over(me, "try")).toMatchObject({ ended_by: "self" });
    expect(me.read("reports/try.md")).toMatch(/Answer \(.*\): half an answer\n$/);
  });

  test("stays as it was when the person closes the terminal, detaches, or the client is killed with -9", async () => {
    const me = fleetProfile();
    await asked(me, "try", "Look around");
    const screen = () => looop(["screenshot", "try"], { profile: me, stdout: ANYTHING }).stdout;
    const before = screen();
    const detached = await terminal(me, "first");
    detached.client.write(frame(1, "\x1c\x1c"));
    await waitFor("the client to detach", () => detached.json("status.json").exit_code === 0);
    const lost = await terminal(me, "second");
    process.kill(-lost.json("status.json").child.pid, "SIGKILL");
    await waitFor("the client's death", () => lost.json("status.json").state === "exited");
    expect(screen()).toBe(before);

    const last = await terminal(me, "third");
    last.client.write(frame(1, "found\r"));
    await over(me, "try");
    expect(me.read("reports/try.md")).toMatch(/Answer \(.*\): found\n$/);
  });

  test("asks again after an empty line, an end of input, and Ctrl-\\", async () => {
    const me = fleetProfile();
    await asked(me, "try", "Look around");
    type(me, "try", "--key", "Enter");
    await screenWith(me, "try", "An empty line is not an answer.");
    type(me, "try", "--key", "C-d");
    await screenWith(me, "try", "That was an end of input, not an answer.");
    type(me, "try", "--key", "C-\\");
    expect(session(me, "looop-try")).toMatchObject({ alive: true, note: expect.stringContaining("reports/try.md") });
    type(me, "try", "keep it");

    await over(me, "try");
    expect(me.read("reports/try.md")).toMatch(/Answer \(.*\): keep it\n$/);
  });

  test("exits 1 when its input has ended for good, and keeps its question", async () => {
    const me = fleetProfile();
    await asked(me, "try", "Look around");
    for (let end = 0; end < 3; end++) type(me, "try", "--key", "C-d");

    expect(await over(me, "try")).toMatchObject({ state: "exited", exit_code: 1 });
    expect(session(me, "looop-try")?.note).toContain("reports/try.md");
    expect(me.read("reports/try.md")).not.toContain("Answer");
  });

  test("ends its ask when it is killed without an answer, and keeps the question on record", async () => {
    const me = fleetProfile();
    await asked(me, "try", "Look around");
    looop(["kill", "try"], { profile: me, stdout: "killed session looop-try\n" });

    expect(session(me, "looop-try")).toMatchObject({ alive: false, ended_by: "person" });
    expect(looop(["tick"], { profile: me, stdout: ANYTHING }).stdout).not.toContain("NEEDS YOU");
    expect(session(me, "looop-try")?.note).toBeString();
  });

  test("works beside another worker, each with its own question, report and answer", async () => {
    const me = fleetProfile();
    await Promise.all(["one", "two"].map((id) => asked(me, id, `Look at ${me.home} for ${id}`)));
    for (const id of ["two", "one"]) type(me, id, `answer ${id}`);

    for (const id of ["one", "two"]) {
      await over(me, id);
      expect(me.read(`reports/${id}.md`)).toMatch(new RegExp(`Answer \\(.*\\): answer ${id}\n$`));
    }
  });

  test("leaves the first report and its answer alone when it is started again under the same id", async () => {
    const me = fleetProfile();
    for (const answer of ["first", "second"]) {
      await asked(me, "try", "Look around");
      type(me, "try", answer);
      await over(me, "try");
    }

    expect(me.read("reports/try.md")).toMatch(/: first\n$/);
    expect(me.read("reports/try-2.md")).toMatch(/: second\n$/);
  });

  test("takes an answer as long as a terminal line may be, and asks again after one that was cut", async () => {
    const me = fleetProfile();
    await asked(me, "try", "Look around");
    type(me, "try", "x".repeat(5_000));
    await screenWith(me, "try", "was cut");
    type(me, "try", "y".repeat(4_000));

    await over(me, "try");
    expect(me.read("reports/try.md")).toEndWith(`: ${"y".repeat(4_000)}\n`);
  });

  test("looks at the folder it began in when the task names no existing folder, and says so", async () => {
    const me = fleetProfile();
    const folder = join(me.home, "begin");
    put(folder, "a.txt", "");
    await asked(me, "try", "Look at /no/such/folder", ["--cwd", folder]);

    expect(me.read("reports/try.md")).toContain(
      `Looked at: ${folder}\n(there is no folder "/no/such/folder", so it is where the worker began)\n`,
    );
  });

  test("reads a long task from its file", async () => {
    const me = fleetProfile();
    const folder = join(me.home, "far");
    put(folder, "a.txt", "");
    const task = me.write("task.txt", `${"word ".repeat(30_000)}${folder}\n`);
    looop(["start-session", "try", "--prompt-file", task, "-", "offline"], { profile: me, stdout: ANYTHING });

    await waitFor("its report", () => me.read("reports/try.md")?.includes(`Looked at: ${folder}\n`));
  });

  testUnless(noGit)(
    "runs no command that a hostile repository names, and leaves the repository unchanged",
    async () => {
      const me = fleetProfile();
      const repo = unfinishedRepo(join(me.home, `it's "odd"\n$(touch sprung)`));
      const traces = join(me.home, "traces");
      plantPrograms(repo, traces);
      makeStale(repo);
      const before = fingerprint(repo);

      await asked(me, "try", `Look at ${JSON.stringify(repo)}`);
      type(me, "try", "$(touch sprung) `touch sprung`; touch sprung");
      await over(me, "try");

      expect(me.read("reports/try.md")).toMatch(
        /- M plan\.txt\n[\s\S]*: \$\(touch sprung\) `touch sprung`; touch sprung\n$/,
      );
      expect(readdirSync(traces)).toEqual([]);
      expect(fingerprint(repo)).toEqual(before);
      expect([me.home, me.data].some((place) => existsSync(join(place, "sprung")))).toBe(false);
    },
  );

  test("is started by a beat once for an inbox item that asks for a look", async () => {
    const me = fleetProfile();
    me.sensor("inbox.sh", 'echo \'{"items":["Look for loose ends"]}\'');
    looop(["tick"], { profile: me, stdout: /started looop-look-for-loose-ends\n/ });
    await waitFor("its question", () => session(me, "looop-look-for-loose-ends")?.note);
    type(me, "look-for-loose-ends", "none");
    await over(me, "look-for-loose-ends");
    looop(["tick"], { profile: me, stdout: /journal: worker look-for-loose-ends is now: ended itself\n/ });

    me.sensor("inbox.sh", 'echo \'{"items":["Look for loose ends"], "more": 1}\'');
    looop(["tick"], { profile: me, stdout: /journal: did nothing/ });
  });

  test("says when it has no session or no prompt, and writes nothing", () => {
    const me = profile();
    looop(["_offline", "--work", "prompt.md"], {
      profile: me,
      exit: 2,
      stderr: /this is not a looop session\n {2}hint: /,
    });
    const env = { LOOOP_SESSION_ID: "looop-x" };
    looop(["_offline", "--work", "nope"], { profile: me, env, exit: 4, stderr: /there is no prompt file ".*nope"\n/ });

    expect(existsSync(me.data)).toBe(false);
  });

  test("takes its answer only from its terminal, where send types it", async () => {
    const me = fleetProfile();
    await asked(me, "try", "Look around");
    const answer = await request(socketOf(me, "try"), { op: "send", text: "by wire" });

    expect(answer).toMatchObject({ ok: true, data: { sent: 8 } });
    await over(me, "try");
    expect(me.read("reports/try.md")).toMatch(/Answer \(.*\): by wire\n$/);
  });
});
