/** What is typed at an attached terminal: every byte reaches the program, but for the key that detaches. */
import { describe, expect } from "bun:test";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import type { Profile } from "../../support/program/profile.ts";
import { missing, testUnless } from "../../support/program/skip.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { LOOOP, type Pane, pane } from "../../support/session/tmux.ts";
import { fleetProfile, worker } from "../../support/session/workers.ts";

const inTmux = testUnless(missing("tmux"));

/** A program that gets every byte as it is, and writes it down. */
const LISTENER = "stty raw -echo; printf ready; exec cat >heard";

const heard = (me: Profile) => me.read("heard") ?? "";

async function listening(me: Profile, command = LISTENER): Promise<Pane> {
  worker(me, "ear", command);
  const at = await pane(me, 120, 20);
  at.run(`${LOOOP} attach ear`);
  await at.shows("ready");
  return at;
}

describe("attach detaches", () => {
  const keys: [title: string, sent: string][] = [
    ["on the key as bytes", "\x1c\x1c"],
    ["on the key of the kitty protocol", "\x1b[92;5u\x1b[92;5:3u\x1b[92;5u"],
    ["on that key with num lock on", "\x1b[92;133u\x1b[92;133u"],
    ["on the key of modifyOtherKeys", "\x1b[27;5;92~\x1b[27;5;92~"],
  ];
  for (const [title, sent] of keys) {
    inTmux(title, async () => {
      const me = fleetProfile();
      const at = await listening(me);
      at.bytes(`before${sent}`);
      await at.shows("[detached from ear");
      await waitFor("what was typed before", () => heard(me) === "before");
    });
  }
});

describe("attach sends on", () => {
  inTmux("attach sends on a single first press of the detach key after a short while", async () => {
    const me = fleetProfile();
    const at = await listening(me);
    at.bytes("\x1c");
    await waitFor("the key", () => heard(me) === "\x1c");
    at.bytes("\x1c\x1c");
    await at.shows("[detached from ear");
    expect(heard(me)).toBe("\x1c");
  });

  inTmux("attach sends on the detach key when it is pasted", async () => {
    const me = fleetProfile();
    const at = await listening(me);
    at.bytes("\x1b[200~a\x1c\x1cb\x1b[201~");
    await waitFor("the paste", () => heard(me) === "\x1b[200~a\x1c\x1cb\x1b[201~");
  });

  inTmux("attach sends on Esc, Ctrl-C, Ctrl-Z, Ctrl-S and NUL unchanged", async () => {
    const me = fleetProfile();
    const at = await listening(me);
    at.bytes("\x03\x1a\x13\x11\0\r\n\x7f\xff\x1b");
    await waitFor("the keys", () => me.read("heard") !== undefined && heard(me).endsWith("\x1b"));
    expect(Buffer.from(heard(me), "utf8").length).toBeGreaterThan(0);
    expect(heard(me).slice(0, 8)).toBe("\x03\x1a\x13\x11\0\r\n\x7f");
  });

  inTmux("attach sends on the terminal's answer to a query once, and not again after the next attach", async () => {
    const me = fleetProfile();
    const ask = "printf ready; head -c 1 >/dev/null; printf '\\033[c'";
    const at = await listening(me, `stty raw -echo; ${ask}; exec cat >heard`);
    at.bytes("!");
    const answer = await waitFor("the terminal's answer", () => /^\x1b\[\?[\d;]+c$/.test(heard(me)) && heard(me));
    at.bytes("\x1c\x1c");
    await at.shows("[detached from ear");
    at.run(`clear; ${LOOOP} attach ear`);
    await at.shows("ready");
    at.bytes("x");
    await waitFor("the next key", () => heard(me) === `${answer}x`);
  });
});

inTmux("attach --read-only shows a session as it is: no key reaches it, and its size stays", async () => {
  const me = fleetProfile();
  worker(me, "ear", `stty raw -echo; printf ready; exec cat >heard`);
  const at = await pane(me, 60, 15);
  at.run(`${LOOOP} attach ear --read-only`);
  await at.shows("ready");
  at.bytes("secret\r");
  const status = () => JSON.parse(me.read("sessions/looop-ear/status.json") ?? "{}") as { size?: unknown };
  expect(status().size).toEqual({ cols: 120, rows: 40 });
  expect(at.modes()).toContain("ear (read-only, Ctrl-\\ twice to detach)");
  at.bytes("\x1c\x1c");
  await at.shows("[detached from ear");
  looop(["send", "ear", "end", "-n"], { profile: me, stdout: ANYTHING });
  await waitFor("what was sent", () => heard(me) === "end");
});

inTmux("attach detaches on the keys in the settings, and sends on the usual ones", async () => {
  const me = fleetProfile('default = "offline"\n[attach]\ndetach = "C-a d"\n');
  const at = await listening(me);
  expect(at.modes()).toContain("Ctrl-a d to detach");
  at.bytes("\x1c\x1c\x01x\x01d");
  await at.shows("[detached from ear");
  await waitFor("the keys", () => heard(me) === "\x1c\x1c\x01x");
  me.config('default = "offline"\n[attach]\ndetach = "d"\n');
  looop(["config", "runners"], { profile: me, exit: 3, stderr: /one to three keys, the first with Ctrl/ });
});

inTmux("attach says in the free last row how to leave, until the first key or output", async () => {
  const me = fleetProfile();
  const at = await listening(me);
  await at.shows(/\n\[Ctrl-\\ twice to detach\]$/);
  at.bytes("x");
  await waitFor("the line to go", () => at.text() === "ready");
  await waitFor("the key", () => heard(me) === "x");
});
