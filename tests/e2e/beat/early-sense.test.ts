/** What makes a sleeping pulse look sooner. In every test its next beat would be an hour away. */
import { describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { decidedBy, events, MOVE } from "../../support/model/shell-decider.ts";
import { openAsks } from "../../support/model/typed-model.ts";
import { ANYTHING, looop, type Running, start } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { ME } from "../../support/session/mailbox.ts";
import { fleetProfile, worker } from "../../support/session/workers.ts";

const HOUR = { LOOOP_INTERVAL: "3600", LOOOP_BUSY_INTERVAL: "3600", LOOOP_ACTIVE_INTERVAL: "3600" };

/** Returns the times at which beats began, in milliseconds since the epoch. */
const begunAt = (me: Profile) =>
  events(me).flatMap(({ event, ts }) => (event === "tick_start" ? [Date.parse(`${ts}`)] : []));

const beats = (me: Profile) => begunAt(me).length;

/** Waits until the pulse sleeps after `count` beats. */
async function asleep(me: Profile, count: number): Promise<void> {
  await waitFor(`${count} beats`, () => beats(me) >= count);
  const sleeps = () => JSON.parse(me.read("pulse.json") ?? "{}").beat?.atMs >= (begunAt(me).at(-1) ?? 0);
  await waitFor("the pulse to sleep", sleeps);
}

/** Makes the first move, starts a pulse and waits until it sleeps after its first beat, which found nothing new. */
async function sleeping(me: Profile): Promise<Running> {
  looop(["tick"], { profile: me, stdout: ANYTHING });
  const running = start(["run"], { profile: me, env: HOUR });
  await asleep(me, 2);
  return running;
}

async function stop(running: Running) {
  running.signal("SIGTERM");
  return running.ended({ stdout: ANYTHING, stderr: ANYTHING });
}

/** A reason to look sooner. */
interface Reason {
  readonly what: string;
  readonly prepare?: (me: Profile) => unknown;
  readonly happens: (me: Profile) => void;
  /** True once the beat that it led to is seen; by default any beat. */
  readonly isSeen?: (me: Profile) => boolean;
}

const EDITS: readonly Reason[] = [
  { what: "an edit of PLAYBOOK.md", happens: (me) => me.write("PLAYBOOK.md", "# Playbook\nanother line\n") },
  { what: "an edit of a goal", happens: (me) => me.goal("more", "more to do\n") },
  { what: "a goal that is deleted", happens: (me) => rmSync(join(me.data, "goals/first.md")) },
  { what: "an edit of a sensor", happens: (me) => me.sensor("other", "echo '{}'") },
  {
    what: "a new schedule",
    happens: (me) => looop(["schedule", "write", "tea", "--in", "3h"], { profile: me, stdout: ANYTHING }),
  },
  { what: "an edit of .next-interval", happens: (me) => me.write(".next-interval", "3600\n") },
];

const REQUESTS: readonly Reason[] = [
  {
    what: "an answer",
    prepare: async (me) => {
      worker(me, "asker", '"$LOOOP_BIN" ask asker --prompt "Which branch?"; sleep 1000');
      await waitFor("the ask", () => openAsks(me).length === 1);
    },
    happens: (me) => looop(["answer", openAsks(me)[0]?.id ?? "", "main", ME], { profile: me, stdout: ANYTHING }),
  },
  {
    what: "a change of a file that a sensor watches, whose interval is not over",
    prepare: (me) => {
      me.write("../home/inbox.txt", "one\n");
      const script = `echo "{\\"lines\\":$(wc -l <${join(me.home, "inbox.txt")})}"`;
      me.sensor("mail", `# looop:interval=3600\n# looop:watch=~/inbox.txt\n${script}`);
    },
    happens: (me) => me.write("../home/inbox.txt", "one\ntwo\n"),
    isSeen: (me) => (me.read("snapshots/sensor-mail.json") ?? "").includes('"lines":2'),
  },
  {
    what: "a poke of a sensor whose interval is not over",
    prepare: (me) => me.sensor("count", "# looop:interval=3600\necho x >> runs.txt; echo '{}'"),
    happens: (me) => looop(["poke", "count"], { profile: me, stdout: ANYTHING }),
    isSeen: (me) => me.read("runs.txt") === "x\nx\n",
  },
];

/** Checks each reason with a pulse of its own. All at once, because each waits for the five seconds between two beats. */
async function wakes(reasons: readonly Reason[]): Promise<void> {
  const all = reasons.map(async ({ what, prepare, happens, isSeen }) => {
    const me = decidedBy(fleetProfile(), MOVE);
    me.goal("first", "first to do\n");
    await prepare?.(me);
    const running = await sleeping(me);
    happens(me);
    await waitFor(`a beat after ${what}`, () => (isSeen === undefined ? beats(me) === 3 : isSeen(me)));
    expect((await stop(running)).stdout).toContain("sooner than planned: ");
  });
  await Promise.all(all);
}

describe("a sleeping pulse", () => {
  test("beats at once after an edit of PLAYBOOK.md, a goal, a sensor, a schedule or .next-interval", async () => {
    await wakes(EDITS);
  });

  test("beats at once after an answer, a change of a watched file, or a poke of a sensor", async () => {
    await wakes(REQUESTS);
  });

  test("is not woken by what its own beat wrote, nor by files that mean nothing to it", async () => {
    const me = decidedBy(profile(), `${MOVE}; echo more >> goals/own.md; echo 1 >> PLAYBOOK.md`);
    const running = start(["run"], { profile: me, env: HOUR });
    await asleep(me, 1);
    me.write("goals/.own.md.swp", "an editor's\n");
    me.write("notes.txt", "nothing\n");
    looop(["poke"], { profile: me, stdout: "poked: the pulse looks now\n" });

    await asleep(me, 2);
    expect(beats(me)).toBe(2);
    const { stdout } = await stop(running);
    expect(stdout.match(/sooner than planned: .*/g)).toEqual(["sooner than planned: .poke"]);
  });
});

describe("looop poke", () => {
  test("makes few beats of many pokes, and spends nothing when nothing changed", async () => {
    const me = decidedBy(profile(), MOVE);
    const running = await sleeping(me);
    for (let count = 0; count < 1_000; count++) me.write(".poke", `${"[]\n".repeat(count + 1)}`);
    await asleep(me, 3);

    const [, first = 0, second = 0] = begunAt(me);
    expect(second - first).toBeGreaterThanOrEqual(5_000);
    expect(events(me).filter(({ event }) => event === "decide_start")).toHaveLength(1);
    await stop(running);
    expect(beats(me)).toBeLessThanOrEqual(4);
  });

  test("refuses an unknown sensor, and says when no pulse runs", () => {
    const me = decidedBy(profile(), MOVE);
    looop(["poke", "none"], { profile: me, exit: 4, stderr: /Cannot poke "none": no such sensor\n {2}hint: / });
    looop(["poke"], { profile: me, exit: 8, stderr: /Cannot poke: no pulse runs\n {2}hint: .*looop up/ });
  });
});
