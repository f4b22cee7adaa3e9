/** `looop send`: a message is one piece, arrives as what the program has asked for, and is seen to be read. */
import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ANYTHING, looop, looopAsync } from "../../support/program/looop.ts";
import type { Profile } from "../../support/program/profile.ts";
import { missing, testUnless } from "../../support/program/skip.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { LOOOP, pane } from "../../support/session/tmux.ts";
import { fleetProfile, transcript, worker } from "../../support/session/workers.ts";

const inTmux = testUnless(missing("tmux"));

const heard = (me: Profile) => me.read("heard") ?? "";

/** Starts a program that sets `modes` on its terminal, gets every byte as it is, and writes it down. */
async function ear(modes = ""): Promise<Profile> {
  const me = fleetProfile();
  worker(me, "ear", `stty raw -echo; printf '${modes}ready'; exec cat >heard`);
  await waitFor("the program", () => transcript(me, "looop-ear").endsWith("ready"));
  return me;
}

describe("a message is one piece", () => {
  test("messages that are sent at once arrive one after the other, each with its Enter", async () => {
    const me = await ear();
    const texts = Array.from({ length: 8 }, (_, at) => `${at}:${"word ".repeat(at * 40)}end`);
    const sends = texts.map((text) => looopAsync(["send", "ear", text], { profile: me, stdout: ANYTHING }));
    await Promise.all(sends);
    await waitFor("all of them", () => heard(me).split("\r").length === 9);
    expect(heard(me).split("\r").slice(0, 8).sort()).toEqual(texts.sort());
  });

  inTmux("a person's keys neither tear a message nor are torn by one", async () => {
    const me = await ear();
    const at = await pane(me, 100, 20);
    at.run(`${LOOOP} attach ear`);
    await at.shows("ready");
    at.type("I have half a");
    await waitFor("the keys", () => heard(me) === "I have half a");
    const sent = looopAsync(["send", "ear", "a message"], { profile: me, stdout: ANYTHING });
    at.type(" line");
    at.keys("Enter");
    await sent;
    await waitFor("both", () => heard(me) === "I have half a line\ra message\r");
  });
});

describe("a text is a paste where the program asked for pastes", () => {
  test("of one line too, and a single character is a key", async () => {
    const me = await ear("\\033[?2004h");
    looop(["send", "ear", "one line"], { profile: me, stdout: "sent 21 bytes to ear\n" });
    looop(["send", "ear", "y", "-n"], { profile: me, stdout: "sent 1 bytes to ear\n" });
    looop(["send", "ear", "--raw", ":wq"], { profile: me, stdout: "sent 3 bytes to ear\n" });
    looop(["send", "ear", "--hex", "1b 5B,41"], { profile: me, stdout: "sent 3 bytes to ear\n" });
    await waitFor("all", () => heard(me) === "\x1b[200~one line\x1b[201~\ry:wq\x1b[A");
    looop(["send", "ear", "--hex", "1b5"], { profile: me, exit: 2, stderr: /"1b5" is not a list of bytes/ });
  });

  test("from standard input and from a file, of megabytes", async () => {
    const me = await ear("\\033[?2004h");
    const text = Array.from({ length: 60_000 }, (_, at) => `line ${at} of a long text`).join("\n");
    looop(["send", "ear", "-"], { profile: me, stdin: text, stdout: ANYTHING });
    writeFileSync(join(me.home, "text.md"), `${text}\n`);
    looop(["send", "ear", "--file", "text.md"], { profile: me, stdout: ANYTHING });
    const paste = `\x1b[200~${text}\x1b[201~\r`;
    await waitFor("both", () => heard(me).length === 2 * paste.length);
    expect(heard(me) === paste + paste).toBe(true);
    looop(["send", "ear", "--file", "none.md"], { profile: me, exit: 4, stderr: /there is no file none.md/ });
  });
});

describe("keys are sent as the program has set its terminal", () => {
  const cases: [title: string, modes: string, keys: string, want: string][] = [
    ["application cursor keys", "\\033[?1h", "Down C-Left", "\x1bOB\x1b[1;5D"],
    ["application keypad", "\\033=", "KP5 KPEnter", "\x1bOu\x1bOM"],
    ["kitty's protocol", "\\033[>1u", "Esc S-Enter", "\x1b[27u\x1b[13;2u"],
    ["modifyOtherKeys", "\\033[>4;2m", "C-Enter S-Tab", "\x1b[27;5;13~\x1b[Z"],
    ["nothing", "", "S-Tab M-Left C-Space M-BSpace", "\x1b[Z\x1b[1;3D\0\x1b\x7f"],
  ];
  test.each(cases)("%s", async (_title, modes, keys, want) => {
    const me = await ear(modes);
    looop(["send", "ear", "-k", keys], { profile: me, stdout: ANYTHING });
    await waitFor("the keys", () => heard(me) === want);
  });
});

describe("a message that is not read", () => {
  test("is reported, and arrives whole with its Enter apart when the program reads again", async () => {
    const me = fleetProfile();
    worker(me, "w", `stty raw -echo; printf '\\033[?2004hready'; exec node -e '${READS}'`);
    await waitFor("the program", () => transcript(me, "looop-w").endsWith("ready"));
    await waitFor("its start", () => me.read("reads") === "");
    looop(["freeze", "w"], { profile: me, stdout: ANYTHING });
    const text = "x".repeat(200_000);
    const stderr =
      /^looop: Cannot send to w: (it was typed, and not read|only \d+ of \d+ bytes were taken): it is frozen\n {2}hint: Do not/;
    const send = (stdin: string) => looopAsync(["send", "w", "-"], { profile: me, stdin, exit: 1, stderr });
    await Promise.all([send("go on"), send(text)]);
    looop(["thaw", "w", "--yes-i-am-the-person"], { profile: me, stdout: ANYTHING });
    await waitFor("both", () => (me.read("reads") ?? "").trimEnd().endsWith("1 0d") && size(me) === 5 + 200_000 + 26);
    const reads = (me.read("reads") ?? "").trim().split("\n");
    expect(reads.filter((it) => it === "1 0d")).toHaveLength(2);
  }, 30_000);
});

/** A program that writes down the size and the last byte of each read. */
const READS = [
  'const { appendFileSync } = require("fs"); appendFileSync("reads", "");',
  'process.stdin.on("data", (b) => appendFileSync("reads", b.length + " " + b.subarray(-1).toString("hex") + "\\n"));',
].join(" ");

const size = (me: Profile) =>
  (me.read("reads") ?? "")
    .trim()
    .split("\n")
    .reduce((sum, line) => sum + Number(line.split(" ")[0]), 0);
