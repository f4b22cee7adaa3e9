/** Verbs that only the person may use: refused inside workers and runners, and without a terminal or the person's word. */
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { events } from "../../support/model/shell-decider.ts";
import { ANYTHING, looop, start } from "../../support/program/looop.ts";
import { profile } from "../../support/program/profile.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { asks, ME, pendingAsk } from "../../support/session/mailbox.ts";
import { fleetProfile, transcript, worker } from "../../support/session/workers.ts";

const VERBS: [deed: string, words: string[]][] = [
  ["answer", ["answer", "k7m2q", "yes"]],
  ["trust a sensor", ["sensor", "trust", "ci"]],
  ["end the trust in a sensor", ["sensor", "untrust", "ci"]],
];

const INSIDE: [where: string, env: Record<string, string>, named: string][] = [
  ["a worker", { LOOOP_SESSION_ID: "looop-w" }, "the worker looop-w"],
  ["a runner", { LOOOP_COST_KIND: "tick" }, "a runner"],
];

for (const [where, env, named] of INSIDE) {
  test.each(VERBS)(`refuses inside ${where}, even with --yes-i-am-the-person: %s`, (deed, words) => {
    const me = profile();
    me.sensor("ci", "echo 1");
    looop([...words, ME], {
      profile: me,
      env,
      exit: 7,
      stderr: new RegExp(`Cannot ${deed} from here: this runs in ${named}`),
    });
    expect(events(me)).toMatchObject([{ event: "person_refused", deed }]);
    expect(me.read("trusted.json")).toBeUndefined();
  });
}

test.each(VERBS)("refuses without a terminal and without --yes-i-am-the-person: %s", (deed, words) => {
  const me = profile();
  me.sensor("ci", "echo 1");
  looop(words, {
    profile: me,
    exit: 2,
    stderr: new RegExp(`Cannot ${deed}: there is no terminal.*\n {2}hint: .*${ME}`),
  });
  expect(events(me)).toMatchObject([{ event: "person_refused", deed, by: "no terminal" }]);
});

test("a refusal creates no data folder", () => {
  const me = profile();
  looop(["answer", "k7m2q", "yes"], { profile: me, exit: 2, stderr: ANYTHING });
  expect(existsSync(me.data)).toBe(false);
});

test("accepts the person in a terminal that is not a worker's, without an option", async () => {
  const me = fleetProfile();
  worker(me, "w", "sleep 1000");
  start(["ask", "w", "--prompt", "Which?"], { profile: me });
  const { id } = await pendingAsk(me);
  // An ordinary terminal: without the variable that marks a worker's.
  worker(me, "terminal", `env -u LOOOP_SESSION_ID "$LOOOP_BIN" answer ${id} this; sleep 1000`);
  await waitFor("the answer", () => transcript(me, "looop-terminal").includes(`answered ${id}`));
  await waitFor("the end of the ask", () => asks(me).length === 0);
  expect(events(me)).toContainEqual(expect.objectContaining({ event: "answered", ask: id, by: "answer" }));
});

test("lets a worker ask, tell and write, and refuses its answer to itself", async () => {
  const me = fleetProfile();
  worker(me, "w", "sleep 1000");
  start(["ask", "w", "--prompt", "May I?", "--options", "yes,no"], { profile: me });
  const { id } = await pendingAsk(me);
  worker(me, "rogue", `"$LOOOP_BIN" answer ${id} yes ${ME}; echo code=$?; sleep 1000`);
  await waitFor("the refusal", () => transcript(me, "looop-rogue").includes("code=7"));
  expect(asks(me)).toMatchObject([{ id, state: "live" }]);
});

test("refuses a worker that would end another's question by unflag, and lets it clear a flag", async () => {
  const me = fleetProfile();
  worker(me, "w", "sleep 1000");
  const env = { LOOOP_SESSION_ID: "looop-rogue" };
  looop(["flag", "w", "[done] look"], { profile: me, stdout: ANYTHING });
  looop(["unflag", "w"], { profile: me, env, stdout: "unflagged session looop-w\n" });
  start(["ask", "w", "--prompt", "May I?"], { profile: me });
  const { id } = await pendingAsk(me);
  await waitFor("the flag", () => me.read("sessions/looop-w/note"));
  looop(["unflag", "w"], { profile: me, env, exit: 7, stderr: /Cannot end a question to the person from here/ });
  expect(asks(me)).toMatchObject([{ id, state: "live" }]);
  expect(me.read("sessions/looop-w/note")).toContain(id);
});

test("takes a session that says it is the person for a worker", () => {
  const me = profile();
  me.sensor("ci", "echo 1");
  for (const name of ["person", "looop-person", "home"])
    looop(["sensor", "trust", "ci", ME], { profile: me, env: { LOOOP_SESSION_ID: name }, exit: 7, stderr: ANYTHING });
  expect(events(me).map((event) => event["by"])).toEqual(["runner", "runner", "runner"]);
});

test("refuses a worker's send to itself and to a session that asks the person, and allows others", async () => {
  const me = fleetProfile();
  worker(me, "quiet", "cat");
  worker(me, "asks", "cat");
  looop(["flag", "asks", "May I?"], { profile: me, stdout: ANYTHING });
  const send = (id: string) => `"$LOOOP_BIN" send ${id} yes; echo ${id}=$?`;
  worker(me, "rogue", `${["rogue", "asks", "quiet"].map(send).join("; ")}; sleep 1000`);
  await waitFor("all three", () => transcript(me, "looop-rogue").includes("quiet="));
  const said = transcript(me, "looop-rogue");
  expect(said).toContain("Cannot type into its own terminal from here: this runs in the worker looop-rogue");
  expect(said).toContain("Cannot type into asks, which asks the person from here");
  expect(said.match(/\w+=\d/g)).toEqual(["rogue=7", "asks=7", "quiet=0"]);
  expect(transcript(me, "looop-asks")).toBe("");
  looop(["attach", "asks"], {
    profile: me,
    env: { LOOOP_SESSION_ID: "looop-rogue" },
    exit: 7,
    stderr: /asks the person/,
  });
});
