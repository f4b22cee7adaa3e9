/** IMAP servers on loopback: one that speaks as the standard shows it, and Debian's Dovecot. */
import { onTestFinished } from "bun:test";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import type { Profile } from "../program/profile.ts";

/** Dovecot's program for one client, of the package dovecot-imapd. */
const DOVECOT = "/usr/lib/dovecot/imap";

const HEAD = "From: Ann <ann@example.org>\r\nSubject: invoice\r\n\r\n";

/** What an IMAP server says before its OK, as RFC 3501 shows it. */
const ANSWERS: [order: string, answer: string][] = [
  ["CAPABILITY", "* CAPABILITY IMAP4rev1\r\n"],
  ["SELECT", "* 2 EXISTS\r\n"],
  ["UID SEARCH", "* SEARCH 7 12\r\n"],
  [
    "UID FETCH",
    [7, 12]
      .map((uid) => `* 1 FETCH (UID ${uid} BODY[HEADER.FIELDS (FROM SUBJECT)] {${HEAD.length}}\r\n${HEAD})\r\n`)
      .join(""),
  ],
];

/** Serves two unread messages until the test ends. Returns the address of its inbox, and the commands it was given. */
export async function imapServer(): Promise<{ readonly url: string; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const url = await listen((socket) => {
    socket.write("* OK [CAPABILITY IMAP4rev1] ready\r\n");
    socket.on("data", (bytes) => {
      const [tag = "", ...words] = bytes.toString().trim().split(" ");
      const order = words.join(" ");
      asked.push(order);
      socket.write(ANSWERS.find(([begin]) => order.startsWith(begin))?.[1] ?? "");
      socket.write(`${tag} OK done\r\n`);
      if (order.startsWith("LOGOUT")) socket.end();
    });
  });
  return { url, asked };
}

/** Serves a Maildir by Dovecot until the test ends, to a client that is logged in already. Returns its inbox's address. */
export function dovecot(me: Profile, maildir: string): Promise<string> {
  const config = join(me.home, "dovecot.conf");
  writeFileSync(config, `mail_location = maildir:${maildir}\nssl = no\n`);
  return listen((socket) => {
    const env = { HOME: me.home, USER: "me", PATH: "/usr/bin:/bin" };
    // It refuses to read mail as root, so it runs under another name for the same user.
    const argv = ["--user", "--map-user=1000", "--map-group=1000", DOVECOT, "-c", config];
    const child = spawn("unshare", argv, { env, stdio: ["pipe", "pipe", "ignore"] });
    child.stdin.on("error", () => {});
    socket.pipe(child.stdin);
    child.stdout.pipe(socket);
    socket.on("close", () => child.stdin.end());
  });
}

async function listen(onClient: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    onClient(socket);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  return `imap://127.0.0.1:${(server.address() as AddressInfo).port}/INBOX`;
}
