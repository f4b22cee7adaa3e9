/** Notices to the person who is not at the terminal. */
import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { BOT_TOKEN, type NoticeServer, NTFY_TOKEN, noticeServer } from "../../fakes/notice-server.ts";
import { decidedBy, eventNames, events, MOVE } from "../../support/model/shell-decider.ts";
import { ANYTHING, looop, looopAsync, type Running, start } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { waitFor as waitAtMost } from "../../support/program/wait-for.ts";
import { fleetProfile, worker } from "../../support/session/workers.ts";

/** Waits longer than usual: a pulse sends, and the machine may be busy. */
const waitFor = (what: string, look: () => boolean) => waitAtMost(what, look, 45_000);

const KEY = "a key of the webhook";

/** Returns a profile with every channel that can be had here, and each secret in a file of its own. */
function withChannels(server: NoticeServer, me: Profile = fleetProfile()): Profile {
  const secret = (name: string, text: string) => me.write(`../home/.config/${name}`, `${text}\n`);
  secret("webhook.key", KEY.replaceAll(" ", "-"));
  secret("ntfy.token", NTFY_TOKEN);
  secret("bot.token", BOT_TOKEN);
  return decidedBy(
    me,
    MOVE,
    `[notify]
alive_url = "${server.url}/alive/secret-path"
[notify.webhook]
url = "${server.url}/hook/secret-path"
secret_file = "webhook.key"
[notify.exec]
command = "cat >> ${join(me.home, "exec.jsonl")}"
[notify.ntfy]
url = "${server.url}"
topic = "looop-asks"
token_file = "ntfy.token"
[notify.telegram]
chat = 12345
token_file = "~/.config/bot.token"
url = "${server.url}"
[notify.mail]
to = "me@example.org"
sendmail = "${me.command("sendmail", `cat > ${join(me.home, "mail.txt")}; echo "$@" > ${join(me.home, "mail-args.txt")}`)}"`,
  );
}

const SECOND = { LOOOP_INTERVAL: "1", LOOOP_BUSY_INTERVAL: "1", LOOOP_ACTIVE_INTERVAL: "1" };
const pulse = (me: Profile) => start(["run"], { profile: me, env: SECOND });

async function stop(running: Running) {
  running.signal("SIGTERM");
  return await running.ended({ stdout: ANYTHING, stderr: ANYTHING });
}

const notified = (me: Profile) => events(me).filter(({ event }) => event === "notified");
const executed = (me: Profile) =>
  (existsSync(join(me.home, "exec.jsonl")) ? readFileSync(join(me.home, "exec.jsonl"), "utf8") : "")
    .split("\n")
    .filter(Boolean);

/** Waits until the pulse has begun `count` more beats. */
async function moreBeats(me: Profile, count: number): Promise<void> {
  const begun = () => eventNames(me).filter((name) => name === "tick_start").length;
  const before = begun();
  await waitFor(`${count} more beats`, () => begun() >= before + count);
}

const FLAG = '"$LOOOP_BIN" flag caller "May I <b>push</b>?"; sleep 1000';

describe("a pulse with [notify]", () => {
  test("sends an urgent item once on each channel, also after a restart, and no secret leaves its file", async () => {
    const server = await noticeServer();
    const me = withChannels(server);
    worker(me, "caller", FLAG);
    await waitFor("the flag", () => eventNames(me).includes("flagged"));
    const first = pulse(me);
    await waitFor("a notice on each channel", () => notified(me).length === 5);
    await moreBeats(me, 3);
    await stop(first);
    const second = pulse(me);
    await moreBeats(me, 3);
    await waitFor("a call of alive_url by each pulse", () => server.alive() >= 2);
    const { stdout } = await stop(second);

    expect(
      notified(me)
        .map(({ channel }) => channel)
        .sort(),
    ).toEqual(["exec", "mail", "ntfy", "telegram", "webhook"]);
    expect(server.taken.map(({ path }) => path).sort()).toEqual([
      "/",
      `/bot${BOT_TOKEN}/sendMessage`,
      "/hook/secret-path",
    ]);
    const [hook] = server.taken.filter(({ path }) => path.startsWith("/hook"));
    const [ntfy] = server.taken.filter(({ path }) => path === "/");
    const [telegram] = server.taken.filter(({ path }) => path.startsWith("/bot"));

    expect(hook?.body).toMatchObject({ v: 1, kind: "item", severity: "now", title: "looop: caller calls you" });
    expect(hook?.body.items[0]).toMatchObject({
      kind: "flag",
      worker: "caller",
      commands: [expect.stringContaining("looop attach caller")],
    });
    expect(hook?.headers["webhook-signature"]).toBe(`v1,${signedByOpenssl(hook)}`);
    expect(ntfy?.body).toMatchObject({ topic: "looop-asks", title: "looop: caller calls you", priority: 5 });
    expect(ntfy?.body.message).toContain("> caller: May I <b>push</b>?\n→ ");
    expect(telegram?.body).toMatchObject({ chat_id: 12345, disable_notification: false });
    expect(telegram?.body.parse_mode).toBeUndefined();
    expect(executed(me).map((line) => JSON.parse(line).title)).toEqual(["looop: caller calls you"]);
    expect(readFileSync(join(me.home, "mail-args.txt"), "utf8")).toBe("-i -- me@example.org\n");
    const mail = readFileSync(join(me.home, "mail.txt"), "utf8");
    expect(Buffer.from(mail.split("\n\n")[1] ?? "", "base64").toString()).toContain("> caller: May I <b>push</b>?");

    const kept = [me.read("events.jsonl"), me.read(".notify.json"), me.read("pulse.json"), stdout].join("\n");
    for (const secret of [NTFY_TOKEN, BOT_TOKEN, "a-key-of", "secret-path"]) expect(kept).not.toContain(secret);
    looop(["notify", "log"], { profile: me, stdout: /ntfy flag:caller/ });
    looop(["notify", "status"], { profile: me, stdout: /ntfy: last notice [0-9]+[smh] ago/ });
  });

  test("tries again while a server is away, sends what waits once, and says what is wrong", async () => {
    const server = await noticeServer();
    const me = withChannels(server);
    server.refuseWith(503);
    worker(me, "caller", FLAG);
    const running = pulse(me);
    await waitFor("refused notices", () => server.refused() >= 4);
    const status = await looopAsync(["notify", "status", "--json"], { profile: me, stdout: ANYTHING });
    expect(JSON.parse(status.stdout)).toMatchObject({ v: 1, muted_until: null, pulse: true });
    const ntfy = JSON.parse(status.stdout).channels.find(({ channel }: { channel: string }) => channel === "ntfy");
    expect(ntfy.failing.error).toBe(`Cannot send to ${server.url}: it answered 503`);
    expect(server.taken).toEqual([]);

    const doctor = await looopAsync(["doctor", "--json"], { profile: me, exit: 1, stdout: ANYTHING });
    expect(JSON.parse(doctor.stdout).findings).toContainEqual({
      check: "notify",
      level: "problem",
      says: `ntfy: Cannot send to ${server.url}: it answered 503`,
      hint: "Try it with `looop notify test ntfy`",
      fixable: false,
    });

    server.refuseWith(undefined);
    await waitFor("the notices", () => server.taken.length === 3);
    await moreBeats(me, 3);
    const { stdout } = await stop(running);
    expect(server.taken).toHaveLength(3);
    expect(stdout).toContain("notify: ntfy works again");
    expect(events(me).filter(({ event, channel }) => event === "notify_failed" && channel === "ntfy")).toHaveLength(1);
    expect((await looopAsync(["notify", "status"], { profile: me, stdout: ANYTHING })).stdout).not.toContain("failing");
  });

  test("sends nothing while it is muted, and what still waits after that", async () => {
    const server = await noticeServer();
    const me = withChannels(server);
    looop(["notify", "mute", "2h"], { profile: me, stdout: /^muted until / });
    worker(me, "caller", FLAG);
    const running = pulse(me);
    await waitFor("the beat that sees the flag", () => eventNames(me).includes("needs_you"));
    await moreBeats(me, 2);
    expect(server.taken).toEqual([]);
    await looopAsync(["notify", "mute", "off"], { profile: me, stdout: "not muted\n" });
    await waitFor("the notices", () => server.taken.length === 3);
    await stop(running);
  });

  test("keeps nothing of it without [notify]", async () => {
    const me = decidedBy(fleetProfile(), MOVE);
    worker(me, "caller", FLAG);
    const running = pulse(me);
    await waitFor("the beat that sees the flag", () => eventNames(me).includes("needs_you"));
    await moreBeats(me, 1);
    await stop(running);
    expect(me.read(".notify.json")).toBeUndefined();
  });
});

/** Returns the signature that openssl makes of a request, as Standard Webhooks describes it. */
function signedByOpenssl(
  taken: { readonly headers: Record<string, unknown>; readonly text: string } | undefined,
): string {
  const input = `${taken?.headers["webhook-id"]}.${taken?.headers["webhook-timestamp"]}.${taken?.text}`;
  const args = ["dgst", "-sha256", "-hmac", KEY.replaceAll(" ", "-"), "-binary"];
  return spawnSync("openssl", args, { input }).stdout.toString("base64");
}

describe("looop notify", () => {
  test("test says which channel took it, and what to do about a secret that others can read", async () => {
    const server = await noticeServer();
    const me = withChannels(server, profile());
    const token = join(me.home, ".config/ntfy.token");
    chmodSync(token, 0o644);
    const { stdout } = await looopAsync(["notify", "test"], { profile: me, exit: 1, stdout: ANYTHING });
    expect(stdout).toContain("✓ webhook: sent\n✓ exec: sent\n✗ ntfy: Cannot read the secret ");
    expect(stdout).toContain(`ntfy.token: others can read it\n  hint: Run \`chmod 600 ${token}\``);
    const doctor = await looopAsync(["doctor"], { profile: me, exit: 1, stdout: ANYTHING });
    expect(doctor.stdout).toMatch(/problem {2}notify .*ntfy\.token: others can read it/);
    chmodSync(token, 0o600);
    await looopAsync(["notify", "test", "ntfy"], { profile: me, stdout: "✓ ntfy: sent\n" });
    await looopAsync(["notify", "test", "slack"], { profile: me, exit: 4, stderr: /Cannot test slack: it is not on/ });
    expect(me.read("events.jsonl") ?? "").not.toContain("notified");
  });

  test("setup writes a channel with an unguessable name or a key, tries it, and keeps the rest of the config", async () => {
    const server = await noticeServer();
    const me = decidedBy(profile(), MOVE, "# mine");
    const { stdout } = await looopAsync(["notify", "setup", "webhook", `${server.url}/hook`], {
      profile: me,
      stdout: ANYTHING,
    });
    const config = readFileSync(join(me.home, ".config/looop.toml"), "utf8");
    expect(config).toContain("# mine\n");
    expect(stdout).toMatch(/^wrote \[notify\.webhook\] into .*\n.*looop-webhook\.secret\.\nsent a test\n$/);
    const secret = join(me.home, ".config/looop-webhook.secret");
    expect(statSync(secret).mode & 0o777).toBe(0o600);
    expect(readFileSync(secret, "utf8")).toMatch(/^whsec_[A-Za-z0-9+/]{43}=\n$/);
    expect(server.taken[0]?.body).toMatchObject({ kind: "test", title: "looop: a test" });

    // The server wants a token, which the person adds.
    const ntfy = await looopAsync(["notify", "setup", "ntfy", server.url], { profile: me, exit: 1, stdout: ANYTHING });
    expect(ntfy.stdout).toContain("the test was not sent: Cannot send to ");
    const topic = /topic = "(.*)"/.exec(readFileSync(join(me.home, ".config/looop.toml"), "utf8"))?.[1];
    expect(topic).toMatch(/^looop-[-_A-Za-z0-9]{22}$/);
    expect(ntfy.stdout).toContain(`Subscribe to ${server.url}/${topic} in the ntfy app.`);
    await looopAsync(["notify", "setup", "ntfy", server.url], {
      profile: me,
      exit: 2,
      stderr: /has \[notify\.ntfy\] already/,
    });
  });

  test("refuses what is not a channel, an address or a time, and changes nothing", () => {
    const me = decidedBy(profile(), MOVE);
    const before = readFileSync(join(me.home, ".config/looop.toml"), "utf8");
    looop(["notify", "status"], { profile: me, exit: 3, stderr: /has no \[notify\]/ });
    looop(["notify", "setup", "fax", "1"], { profile: me, exit: 2, stderr: /"fax" is not one of ntfy, webhook/ });
    looop(["notify", "setup"], { profile: me, exit: 2, stderr: /there is no terminal to ask at/ });
    looop(["notify", "setup", "mail", "not a mail"], { profile: me, exit: 3, stderr: /a mail address/ });
    looop(["notify", "mute", "soon"], { profile: me, exit: 2, stderr: /Cannot mute for "soon": not a time/ });
    expect(readFileSync(join(me.home, ".config/looop.toml"), "utf8")).toBe(before);
  });

  test("setup, test and mute are for the person only", () => {
    const me = decidedBy(profile(), MOVE);
    const env = { LOOOP_SESSION_ID: "w" };
    for (const words of [["setup", "desktop"], ["test"], ["mute", "2h"]]) {
      looop(["notify", ...words], { profile: me, env, exit: 7, stderr: /only the person may/ });
    }
  });
});
