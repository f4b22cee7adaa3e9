/** The ready-made sensors of a day: mail, calendars, tasks, a folder. */
import { expect, test } from "bun:test";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { serve } from "../../support/machine/file-server.ts";
import { dovecot, imapServer } from "../../support/machine/imap-server.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { addRecipe } from "../../support/program/recipe.ts";
import { run } from "../../support/program/run.ts";
import { missing, testUnless } from "../../support/program/skip.ts";

const mail = (subject: string) =>
  `From: Ann <ann@example.org>\nSubject: ${subject}\nMessage-ID: <${subject}@x>\n\nSubject: no\n`;

/** A Maildir with two messages, one of them read. */
function maildir(me: Profile): string {
  const folder = join(me.home, "Maildir");
  for (const name of ["new", "cur", "tmp"]) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, "new/1.a.host"), mail("invoice"));
  writeFileSync(join(folder, "cur/2.b.host:2,S"), mail("old"));
  return folder;
}

test("mail-maildir counts unread messages of a real Maildir, and a mail that is only moved to cur is no change", async () => {
  const me = profile();
  const folder = maildir(me);
  const look = addRecipe(me, "mail-maildir", { maildir: folder });
  const first = await look();
  expect(first).toMatchObject({
    exit: 0,
    stderr: "",
    signal: { unread: 1 },
    detail: { newest: ["From: Ann <ann@example.org>", "Subject: invoice"] },
  });
  renameSync(join(folder, "new/1.a.host"), join(folder, "cur/1.a.host:2,"));
  expect((await look()).signal).toEqual(first.signal);
  renameSync(join(folder, "cur/1.a.host:2,"), join(folder, "cur/1.a.host:2,RS"));
  expect(await look()).toMatchObject({ signal: { unread: 0 }, detail: { newest: [] } });
});

testUnless(missing("notmuch"))("mail-notmuch counts threads by the real notmuch", async () => {
  const me = profile();
  const folder = maildir(me);
  writeFileSync(
    join(me.home, ".notmuch-config"),
    `[database]\npath=${folder}\n[new]\ntags=unread;inbox;\n[user]\nname=A\nprimary_email=a@x\n`,
  );
  expect(run(["notmuch", "new", "--quiet"], { env: me.env, cwd: me.home }).exit).toBe(0);
  const look = addRecipe(me, "mail-notmuch");
  expect(await look()).toMatchObject({
    exit: 0,
    signal: { threads: 1 },
    detail: { newest: [expect.stringContaining("Ann; invoice")] },
  });
  rmSync(join(me.home, ".notmuch-config"));
  expect(await look()).toMatchObject({ exit: 0, failed: 1, signal: { threads: 1 } });
});

test("mail-imap counts unread messages and reads without marking, from a loopback server with IMAP4rev1's answers", async () => {
  const me = profile();
  const { asked, url } = await imapServer();
  const netrc = join(me.home, ".netrc");
  writeFileSync(netrc, "machine 127.0.0.1 login me password s3cret\n", { mode: 0o600 });

  const look = addRecipe(me, "mail-imap", { url, netrc_file: netrc });
  const seen = await look();
  expect(seen).toMatchObject({ exit: 0, signal: { unread: 2, last: 12 }, stderr: "" });
  expect(seen.detail).toEqual({
    newest: ["From: Ann <ann@example.org>", "Subject: invoice", "From: Ann <ann@example.org>", "Subject: invoice"],
  });
  expect(asked).toContain("UID SEARCH UNSEEN");
  expect(asked).toContain("UID FETCH 7,12 BODY.PEEK[HEADER.FIELDS (FROM SUBJECT)]");
  expect(JSON.stringify(seen)).not.toContain("s3cret");
  const away = addRecipe(me, "mail-imap", { url: "imap://127.0.0.1:1/INBOX", netrc_file: netrc });
  expect(await away()).toMatchObject({ exit: 0, failed: 1, signal: { unread: 2, last: 12 } });
});

testUnless(missing("doveconf", "unshare"))(
  "mail-imap counts unread messages and leaves them unread, by the real Dovecot",
  async () => {
    const me = profile();
    const folder = maildir(me);
    writeFileSync(join(folder, "new/3.c.host"), mail("müsli"));
    const netrc = join(me.home, ".netrc");
    writeFileSync(netrc, "machine 127.0.0.1 login me password x\n", { mode: 0o600 });
    const look = addRecipe(me, "mail-imap", { url: await dovecot(me, folder), netrc_file: netrc });
    const seen = await look();
    const from = "From: Ann <ann@example.org>";
    expect(seen).toMatchObject({ exit: 0, stderr: "", signal: { unread: 2 } });
    expect(seen.detail).toEqual({ newest: [from, "Subject: invoice", from, "Subject: müsli"] });
    expect((await look()).signal).toEqual(seen.signal);
    const none = addRecipe(me, "mail-imap", { url: await dovecot(me, folder), netrc_file: netrc, search: "FLAGGED" });
    expect(await none()).toMatchObject({ exit: 0, signal: { unread: 0, last: 0 }, detail: { newest: [] } });
  },
);

const stamp = (day: Date) =>
  `${day.getFullYear()}${String(day.getMonth() + 1).padStart(2, "0")}${String(day.getDate()).padStart(2, "0")}`;

/** A calendar with events of today, tomorrow and another day. */
function calendar(): string {
  const [today, tomorrow] = [new Date(), new Date()];
  tomorrow.setDate(tomorrow.getDate() + 1);
  const event = (start: string, title: string, more = "") =>
    `BEGIN:VEVENT\r\nUID:${title}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART${start}\r\nSUMMARY:${title}\r\n${more}END:VEVENT\r\n`;
  return `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n${event(`;VALUE=DATE:${stamp(today)}`, "Holi\r\n day\\, at last")}${event(
    `:${stamp(tomorrow)}T093000`,
    "Dentist",
    "STATUS:CANCELLED\r\n",
  )}${event(":20200101T090000", "Past")}END:VCALENDAR\r\n`;
}

test("calendar-ics lists the events of two days, of an .ics file from a loopback server and of a file", async () => {
  const me = profile();
  writeFileSync(join(me.home, "work.ics"), calendar());
  const { url } = await serve(me.home);
  const look = addRecipe(me, "calendar-ics", { calendar: `${url}/work.ics` });
  const seen = await look();
  const events = [
    expect.stringMatching(/^\d{4}-\d\d-\d\d all day Holiday, at last$/),
    expect.stringMatching(/ 09:30 Dentist \(cancelled\)$/),
  ];
  expect(seen).toEqual({ exit: 0, signal: { events }, detail: {}, stderr: "" } as never);
  const gone = addRecipe(me, "calendar-ics", { calendar: `${url}/gone.ics` });
  expect(await gone()).toMatchObject({ failed: 1, signal: seen.signal, stderr: expect.stringContaining("404") });
  const local = addRecipe(me, "calendar-ics", { calendar: "work.ics" });
  expect((await local()).signal).toEqual(seen.signal);
});

testUnless(missing("khal"))("calendar-khal lists the events of two days, by the real khal", async () => {
  const me = profile();
  mkdirSync(join(me.home, "cal"));
  mkdirSync(join(me.home, ".config/khal"), { recursive: true });
  writeFileSync(
    join(me.home, ".config/khal/config"),
    `[calendars]\n[[mine]]\npath = ${me.home}/cal\n[locale]\nlocal_timezone = UTC\ndefault_timezone = UTC\ntimeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\ndatetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n`,
  );
  const single = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20260101T000000Z\r\n";
  writeFileSync(
    join(me.home, "cal/a.ics"),
    `${single}DTSTART:20200101T090000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY\r\nSUMMARY:Stand-up\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`,
  );
  const look = addRecipe(me, "calendar-khal");
  const event = expect.stringMatching(/^\d{4}-\d\d-\d\d 09:00 Stand-up$/);
  expect(await look()).toMatchObject({ exit: 0, signal: { events: [event, event] } });
  rmSync(join(me.home, ".config/khal/config"));
  rmSync(join(me.home, "cal"), { recursive: true });
  expect(await look()).toMatchObject({ exit: 0, failed: 1 });
});

test("todo-txt and todo-markdown list open tasks, those that are due first of all", async () => {
  const me = profile();
  mkdirSync(join(me.home, "notes/.hidden"), { recursive: true });
  writeFileSync(
    join(me.home, "todo.txt"),
    "(A) bank due:2020-01-01\ngarden due:2999-01-01\nx 2026-01-01 done due:2020-01-01\n",
  );
  writeFileSync(join(me.home, "notes/a.md"), "# A\n\n- [ ] one\n  * [ ] two\n- [x] three\n");
  writeFileSync(join(me.home, "notes/.hidden/b.md"), "- [ ] hidden\n");
  const bank = "(A) bank due:2020-01-01";
  expect(await addRecipe(me, "todo-txt")()).toMatchObject({
    exit: 0,
    signal: { open: 2, urgent: [bank], due: [bank] },
  });
  expect(await addRecipe(me, "todo-markdown")()).toMatchObject({
    exit: 0,
    signal: { open: 2 },
    detail: { tasks: ["one", "two"] },
  });
});

test("folder sees a new file and a longer one, and not one that was only touched", async () => {
  const me = profile();
  const folder = join(me.home, "in box");
  mkdirSync(folder);
  const look = addRecipe(me, "folder", { folder });
  expect(await look()).toMatchObject({ exit: 0, signal: { files: 0 } });
  writeFileSync(join(folder, "a b.txt"), "1");
  const one = await look();
  expect(one).toMatchObject({ signal: { files: 1 }, detail: { name_and_size: ["a b.txt 1"] } });
  writeFileSync(join(folder, "a b.txt"), "2");
  expect((await look()).signal).toEqual(one.signal);
  writeFileSync(join(folder, "a b.txt"), "22");
  expect((await look()).signal).not.toEqual(one.signal);
});
