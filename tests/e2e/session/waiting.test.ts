/** Workers that wait for the person and never call `flag`: looop sees it, says from what, and clears its flag by itself. */
import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import type { Profile } from "../../support/program/profile.ts";
import { testUnless } from "../../support/program/skip.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { fleetProfile, session, worker } from "../../support/session/workers.ts";

interface Waiting {
  readonly at: string;
  readonly source: string;
  readonly what: string;
}

function waiting(me: Profile, id: string): Waiting | null {
  return (session(me, id) as unknown as { waiting: Waiting | null }).waiting;
}

async function raised(me: Profile, id: string): Promise<Waiting> {
  return waitFor(`a flag for ${id}`, () => waiting(me, id) ?? undefined, 30_000);
}

function events(me: Profile, id: string): { event: string; source?: string; note?: string }[] {
  return (me.read("events.jsonl") ?? "")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as { event: string; session?: string })
    .filter((it) => /flagged/.test(it.event) && it.session === id);
}

/** Waits until the flag is gone and its event is written, which comes last. */
async function cleared(me: Profile, id: string): Promise<void> {
  await waitFor(`the flag of ${id} to go`, () => events(me, id).at(-1)?.event === "unflagged", 30_000);
  expect(waiting(me, id)).toBeNull();
}

const send = (me: Profile, id: string, text: string) => looop(["send", id, text], { profile: me, stdout: ANYTHING });

describe("a worker that waits", () => {
  test.each([
    ["rings the bell", "printf 'Go on? \\a'; exec sleep 600", "terminal", "rang the bell: Go on?"],
    [
      "sends OSC 9",
      "printf '\\033]9;Approve ls?\\007'; exec sleep 600",
      "terminal",
      "sent a notification: Approve ls?",
    ],
    [
      "sends OSC 777",
      "printf '\\033]777;notify;Approve;ls\\007'; exec sleep 600",
      "terminal",
      "sent a notification: Approve;ls",
    ],
    [
      "sends OSC 99",
      "printf '\\033]99;i=1;Approve ls?\\033\\\\'; exec sleep 600",
      "terminal",
      "sent a notification: Approve ls?",
    ],
    [
      "blinks in its title, as codex does",
      "while :; do printf '\\033]0;[ ! ] Action Required\\007'; sleep 1; printf '\\033]0;[ . ] Action Required\\007'; sleep 1; done",
      "terminal",
      "set its title: ",
    ],
    [
      "asks by its title",
      "printf '\\033]2;Action Required\\007'; exec sleep 600",
      "terminal",
      "set its title: Action Required",
    ],
  ])("is flagged when it %s", async (_how, command, source, what) => {
    const me = fleetProfile();
    worker(me, "quiet", command);
    expect(await raised(me, "looop-quiet")).toMatchObject({
      at: "dialog",
      source,
      what: expect.stringContaining(what),
    });
    expect(session(me, "looop-quiet")?.state).toBe("running");
    looop(["ls"], { profile: me, stdout: /looop-quiet +at a dialog .*⚑ at a dialog \(seen on its terminal\): / });
    looop(["status"], { profile: me, stdout: /quiet \[running\] {2}⚑ at a dialog/ });
    expect(events(me, "looop-quiet")).toMatchObject([{ event: "flagged", source }]);
    looop(["tick"], { profile: me, stdout: /NEEDS YOU(?:.|\n)*⚑ quiet(?:.|\n)*at a dialog/, stderr: ANYTHING });
    looop(["unflag", "quiet"], { profile: me, stdout: ANYTHING });
    expect(waiting(me, "looop-quiet")).toBeNull();
  });

  const elsewhere = process.platform === "linux" ? undefined : "only /proc tells that a program reads its terminal";

  testUnless(elsewhere)("is flagged while it is blocked reading its terminal, until it is answered", async () => {
    const me = fleetProfile();
    worker(me, "reader", "read -p 'Password: ' -r word; echo got; exec sleep 600");
    expect(await raised(me, "looop-reader")).toMatchObject({
      source: "terminal",
      what: "reads its terminal: Password:",
    });
    send(me, "reader", "secret");
    await cleared(me, "looop-reader");
    expect(events(me, "looop-reader").map(({ event }) => event)).toEqual(["flagged", "unflagged"]);
  });
});

describe("a model CLI at a dialog", () => {
  /** A program named claude that shows the text and waits as full-screen programs do, without reading. */
  function claude(me: Profile, script: string): string {
    const path = join(me.home, "bin");
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, "claude"), `#!/bin/bash\n${script}\n`);
    chmodSync(join(path, "claude"), 0o755);
    writeFileSync(join(me.home, ".bash_profile"), `export PATH='${path}':$PATH\n`);
    return "claude";
  }

  test("is flagged as a guess by the words on its screen, printed with cursor moves", async () => {
    const me = fleetProfile();
    const shown =
      "printf '\\033[2;3HYes,\\033[1CI\\033[1Ctrust\\033[1Cthis\\033[1Cfolder\\033[4;1HEnter to confirm'; sleep 600";
    worker(me, "trust", claude(me, shown));
    expect(await raised(me, "looop-trust")).toEqual(
      expect.objectContaining({ at: "dialog", source: "guess", what: "asks whether you trust its folder" }),
    );
    looop(["ls"], { profile: me, stdout: /at a dialog \(a guess\): asks whether you trust its folder/ });
  });

  test("is not flagged for a dialog's words when another program prints them", async () => {
    const me = fleetProfile();
    worker(me, "cat", "echo 'Yes, I trust this folder. Enter to confirm'; exec sleep 600");
    worker(me, "bell", "printf '\\a'; exec sleep 600");
    await raised(me, "looop-bell");
    expect(waiting(me, "looop-cat")).toBeNull();
  });

  test("is not flagged while it prints; flagged when it stops at a dialog; and its flag goes when it prints again", async () => {
    const me = fleetProfile();
    const file = (name: string) => join(me.home, name);
    const until = (name: string) => `until [ -e ${file(name)} ]; do printf .; sleep 0.2; done`;
    const dialog = "printf 'Yes, I trust this folder. Enter to confirm'";
    const wait = `while [ ! -e ${file("again")} ]; do sleep 0.2; done`;
    worker(me, "busy", claude(me, `${dialog}; ${until("quiet")}; ${dialog}; ${wait}; ${until("end")}`));
    worker(me, "bell", "printf '\\a'; exec sleep 600");
    await raised(me, "looop-bell");
    expect(waiting(me, "looop-busy")).toBeNull();
    writeFileSync(file("quiet"), "");
    expect(await raised(me, "looop-busy")).toMatchObject({ source: "guess" });
    writeFileSync(file("again"), "");
    await cleared(me, "looop-busy");
    expect(events(me, "looop-busy").map(({ event }) => event)).toEqual(["flagged", "unflagged"]);
  });

  test("is flagged by its own hook, which wins over the words, and goes with the next turn", async () => {
    const me = fleetProfile();
    const stop = '{"hook_event_name":"PermissionRequest","tool_name":"Bash","tool_input":{"command":"rm -r x"}}';
    const go = '{"hook_event_name":"UserPromptSubmit","prompt":"go"}';
    const script = `[ "$1" = --settings ] && [[ $2 == *'_hook claude'* ]] || echo no hooks
      echo 'Yes, I trust this folder. Enter to confirm'
      printf '%s' '${stop}' | "$LOOOP_BIN" _hook claude
      until [ -e ${me.home}/go ]; do sleep 0.2; done
      printf '%s' '${go}' | "$LOOOP_BIN" _hook claude; sleep 600`;
    worker(me, "hooked", claude(me, script));
    expect(await raised(me, "looop-hooked")).toMatchObject({
      at: "dialog",
      source: "hook",
      what: "asks for permission: Bash rm -r x",
    });
    expect(me.read("sessions/looop-hooked/output.log")).not.toContain("no hooks");
    writeFileSync(join(me.home, "go"), "");
    await cleared(me, "looop-hooked");
    expect(events(me, "looop-hooked")).toMatchObject([
      { event: "flagged", source: "hook", note: "at a dialog (from its own hook): asks for permission: Bash rm -r x" },
      { event: "unflagged", source: "hook" },
    ]);
  });

  test("keeps --settings of the worker's own command", async () => {
    const me = fleetProfile();
    worker(me, "own", `${claude(me, 'echo "got $*"; sleep 600')} --settings mine.json`);
    await waitFor("its words", () => me.read("sessions/looop-own/output.log")?.includes("got --settings mine.json"));
  });
});

test("a worker's own flag is never overwritten, and stays when it waits at a dialog too", async () => {
  const me = fleetProfile();
  worker(me, "own", `"$LOOOP_BIN" flag own 'Which colour?'; printf '\\a'; exec sleep 600`);
  worker(me, "bell", "printf '\\a'; exec sleep 600");
  await raised(me, "looop-bell");
  await waitFor("its flag", () => session(me, "looop-own")?.note === "Which colour?");
  expect(waiting(me, "looop-own")).toBeNull();
  expect(events(me, "looop-own")).toMatchObject([{ event: "flagged", note: "Which colour?" }]);
});

test("the flag of a wait goes when the worker ends", async () => {
  const me = fleetProfile();
  worker(me, "bell", "printf '\\a'; exec sleep 600");
  await raised(me, "looop-bell");
  looop(["kill", "bell"], { profile: me, stdout: ANYTHING });
  expect(session(me, "looop-bell")).toMatchObject({ note: null, waiting: null });
});

test("_hook reports nothing outside of a worker, prints nothing and never fails", () => {
  const me = fleetProfile();
  for (const stdin of ["", "{", '{"hook_event_name":"Stop"}']) looop(["_hook", "claude"], { profile: me, stdin });
});
