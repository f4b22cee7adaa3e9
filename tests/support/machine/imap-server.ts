/** An IMAP server on loopback that has two unread messages. */
import { onTestFinished } from "bun:test";
import { type AddressInfo, createServer } from "node:net";

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

/** Serves until the test ends. Returns the address of its inbox, and the commands it was given, in order. */
export async function imapServer(): Promise<{ readonly url: string; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => {});
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
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  return { url: `imap://127.0.0.1:${(server.address() as AddressInfo).port}/INBOX`, asked };
}
