/** `looop service`, logging out and rebooting, on a real machine with systemd. By hand: `npm run test:machines`. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { Machine, type Person } from "../support/machine/machine.ts";
import { waitFor } from "../support/program/wait-for.ts";

/** systemd starts a failed service again after half a minute, and ends a user's processes ten seconds after the logout. */
const RESTART_MS = 60_000;
const LOGOUT_MS = 30_000;

/** A model whose every move starts a worker, so that there is one that belongs to the service. */
const STARTS = `mkdir -p ~/.config && cat >~/.config/looop.toml <<'END'
default = "starts"
[decide]
mode = "agent"
[runners.starts]
tick = "cat >/dev/null; looop start-session its --command 'sleep 1000'; echo '- started' >>journal.md"
END
`;

let machine: Machine;
beforeAll(async () => {
  machine = await Machine.boot();
}, 240_000);
afterAll(() => machine.off());

/** Somebody who is logged in and has a config. */
async function person(config = "looop init --yes"): Promise<Person> {
  const me = await machine.person();
  await me.login();
  expect(await me.run(config)).toMatchObject({ exit: 0 });
  return me;
}

async function said(me: Person, script: string): Promise<string> {
  return (await me.run(script)).text;
}

/** The states of somebody's sessions by name, and of the pulse. */
async function fleet(me: Person): Promise<Record<string, string>> {
  const rows: { id: string; state: string }[] = JSON.parse(await said(me, "looop ls --json")).sessions;
  const { running } = JSON.parse(await said(me, "looop status --json")).pulse;
  return { ...Object.fromEntries(rows.map(({ id, state }) => [id, state])), pulse: running ? "up" : "down" };
}

/** Waits until the service's pulse has made a beat, and started its worker. */
async function installed(me: Person): Promise<string> {
  const { exit, text } = await me.run("looop service install");
  expect([exit, text]).toEqual([0, expect.stringContaining("started looop")]);
  await waitFor("its worker", async () => (await fleet(me))["looop-its"] === "running", RESTART_MS);
  return text;
}

/** Logs out, and waits until no process whose command line matches `gone` is there. */
async function loggedOut(me: Person, gone: string): Promise<void> {
  await me.logout();
  const isGone = async () => (await machine.order(`pgrep -u ${me.name} -f '${gone}'`)).exit === 1;
  await waitFor(`the end of ${gone}`, isGone, LOGOUT_MS);
}

const killAtLogout = (kills: boolean) =>
  machine.root(`mkdir -p /etc/systemd/logind.conf.d
    printf '[Login]\nKillUserProcesses=${kills ? "yes" : "no"}\n' >/etc/systemd/logind.conf.d/looop.conf
    systemctl restart systemd-logind`);

test("service install starts a pulse that beats, with the PATH of the login shell", async () => {
  const me = await person();
  await me.run(`mkdir ~/agents; echo 'PATH="$HOME/agents:$PATH"' >>~/.profile`);
  expect(await said(me, "looop service install")).toContain("Your account does not linger");
  await waitFor("a beat", async () => /did nothing/.test(await said(me, "looop status")));
  expect(await said(me, "systemctl --user is-active looop; looop service status")).toMatch(
    /^active\nlooop\.service: running\n/,
  );
  const environ = await said(me, "tr '\\0' '\\n' </proc/$(systemctl --user show -P MainPID looop)/environ");
  expect(environ).toContain(`\nPATH=${me.home}/agents:`);
});

test("a killed pulse starts again, down stops it, and a login or an install starts it again", async () => {
  const me = await person();
  await me.run("looop service install");
  await waitFor("the pulse", async () => (await fleet(me))["pulse"] === "up");
  await me.run("kill -9 $(systemctl --user show -P MainPID looop)");
  expect(await said(me, "looop status; looop service status")).toMatch(
    /^pulse: {6}stopped[\s\S]+\nlooop\.service: not running: it failed, and is started again within 30 s\n/,
  );
  await waitFor("the pulse to come back", async () => (await fleet(me))["pulse"] === "up", RESTART_MS);

  expect(await said(me, "looop down")).toMatch(/^pulse stopped\nlooop\.service starts it at the next login or boot/);
  expect(await said(me, "looop status; looop service status")).toMatch(
    /^pulse: {6}stopped[\s\S]+\nlooop\.service: not running\n/,
  );
  expect(await said(me, "systemctl --user show looop -P Result -P SubState")).toBe("success\ndead");

  await me.run("looop service install; kill -9 $(systemctl --user show -P MainPID looop)");
  expect(await said(me, "looop down")).toStartWith("pulse stopped\n");
  expect(await said(me, "systemctl --user is-active looop")).toBe("inactive");
});

test("up and the service share one pulse", async () => {
  const me = await person();
  await me.run("looop up");
  expect(await me.run("looop service install")).toMatchObject({
    exit: 5,
    text: expect.stringMatching(/the pulse already runs as process \d+\n {2}hint: End it with `looop down`/),
  });
  expect(await said(me, "looop down; looop service install; looop service status")).toContain("service: running");
  await waitFor("the pulse", async () => (await fleet(me))["pulse"] === "up");
  expect(await said(me, "looop up")).toMatch(/^the pulse already runs/);
});

test("a stop during a decide takes a moment, and leaves no model running", async () => {
  const slow = STARTS.replace(/^tick = .*$/m, 'tick = "cat >/dev/null; sleep 1234"');
  const me = await person(slow);
  await me.run("looop service install");
  await waitFor("the model", async () => (await me.run("pgrep -u $USER -x sleep")).exit === 0);
  const startMs = performance.now();
  expect(await said(me, "looop down; systemctl --user is-active looop")).toMatch(/^pulse stopped\n[\s\S]*inactive$/);
  expect(performance.now() - startMs).toBeLessThan(20_000);
  await waitFor("the model's end", async () => (await me.run("pgrep -u $USER -x sleep")).exit === 1);
});

test("uninstall leaves the workers, also for a data folder with a space in its name", async () => {
  const me = await person(STARTS);
  const data = 'export LOOOP_DATA_DIR="$HOME/my data/looop"';
  expect(await said(me, `${data}; looop service install`)).toMatch(/started looop-[0-9a-f]{8}\.service/);
  await waitFor("its worker", async () => / running /.test(await said(me, `${data}; looop ls`)));
  expect(await said(me, `${data}; looop service uninstall; looop ls; looop status`)).toMatch(
    /^stopped looop-[0-9a-f]{8}\.service\nremoved .+\n[\s\S]+looop-its +running[\s\S]+\npulse: {6}stopped/,
  );
  expect(await said(me, "ls ~/.config/systemd/user/*.service; systemctl --user list-units 'looop*'")).not.toContain(
    "looop-",
  );
});

test("12: a logout without linger ends the service's pulse and its workers, as announced; the next login starts the pulse", async () => {
  const me = await person(STARTS);
  expect(await installed(me)).toContain("systemd ends the pulse and the workers it started");
  await loggedOut(me, "looop");
  // Without a login of theirs, and so before the pulse is back, whose model starts the worker anew.
  expect(
    await machine.root(`HOME=${me.home} setpriv --reuid ${me.name} --regid ${me.name} --clear-groups looop ls`),
  ).toMatch(/looop-its +dead/);
  await me.login();
  await waitFor("the pulse", async () => (await fleet(me))["pulse"] === "up", RESTART_MS);
});

test("12: a logout leaves a worker that was started in that login, and the pulse of `looop up`", async () => {
  const me = await person();
  await me.run("looop up; looop start-session mine --command 'sleep 1001'; systemd-run --user sleep 999");
  await me.logout();
  // Ten seconds later systemd ends what it ends: its own state says when that is decided.
  await waitFor("the logout", async () => (await machine.root(`loginctl show-user ${me.name} -P State`)) === "closing");
  await machine.root("sleep 15");
  await me.login();
  expect(await fleet(me)).toMatchObject({ "looop-mine": "running", "looop-pulse": "running", pulse: "up" });
});

test("12: a login manager that ends everything at logout does so, and service install had said that and what to do", async () => {
  await killAtLogout(true);
  const me = await person(`loginctl enable-linger; ${STARTS}`);
  expect(await installed(me)).toMatch(/Logging out here ends what you started in that login, lingering or not/);
  await me.run("looop start-session mine --command 'sleep 1002'");
  await me.run("systemd-run --user --scope --quiet looop start-session scoped --command 'sleep 1003'");
  await loggedOut(me, "sleep 1002");
  await me.login();
  const there = await fleet(me);
  expect(there).toMatchObject({ "looop-its": "running", "looop-scoped": "running", pulse: "up" });
  expect(there["looop-mine"]).toMatch(/^(exited|killed|dead)$/);
  await killAtLogout(false);
});

test("a lingering account's pulse outlives the logout, and starts after a reboot with one beat for what was missed", async () => {
  const me = await person(`loginctl enable-linger; ${STARTS}`);
  const text = await installed(me);
  expect(text).not.toContain("linger");
  const pid = await said(me, "systemctl --user show -P MainPID looop");
  await me.logout();
  await machine.root("sleep 15");
  await me.login();
  expect(await said(me, "systemctl --user show -P MainPID looop")).toBe(pid);
  // What comes due while nothing runs.
  await me.run("looop schedule write soon --in 5s --note hello; looop down");
  await me.logout();
  await machine.root("sleep 6");

  await machine.reboot();

  await me.login();
  await waitFor("the schedule", async () => /^soon\tdue\t/m.test(await said(me, "looop schedule list")));
  expect(await said(me, "systemctl --user is-active looop")).toBe("active");
  expect((await fleet(me))["pulse"]).toBe("up");
});
