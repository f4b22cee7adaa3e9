/** Flapping sensors, noops that age, and neglected goals. The deciders are shell one-liners. */
import { describe, expect, test } from "bun:test";
import { countCalls, decidedBy, MOVE, prompt, section } from "../../support/model/shell-decider.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";

const SAID = { stdout: ANYTHING } as const;

/** Runs beats with a new reading of the sensor `noise` in each. */
function noisyBeats(me: Profile, count: number): void {
  for (let beat = 0; beat < count; beat++) looop(["tick"], { profile: me, ...SAID });
}

/** Returns a profile with a sensor that counts its own calls, and a calm one. */
function noisy(): Profile {
  const me = decidedBy(profile(), MOVE);
  me.sensor("noise.sh", 'echo x >> noise.txt; printf \'{"signal":%s}\' "$(wc -l < noise.txt)"');
  me.sensor("calm.sh", "cat calm.json");
  me.write("calm.json", '{"signal":1}');
  return me;
}

/** Returns that profile after the beat that found the sensor flapping and decided. */
function flapping(): Profile {
  const me = noisy();
  looop(["tick"], { profile: me, ...SAID });
  const record = JSON.parse(me.read(".flapping.json") ?? "{}");
  record.sensors.noise.streak = 4;
  me.write(".flapping.json", JSON.stringify(record));
  looop(["tick"], { profile: me, ...SAID });
  return me;
}

/** Sets the last decide for a flapping sensor back by a quarter of an hour. */
function quarterLater(me: Profile): void {
  const record = JSON.parse(me.read(".flapping.json") ?? "{}");
  for (const flap of Object.values<{ wokeMs?: number }>(record.sensors)) {
    if (flap.wokeMs !== undefined) flap.wokeMs -= 900_000;
  }
  me.write(".flapping.json", JSON.stringify(record));
}

describe("a flapping sensor", () => {
  test("names a flapping sensor to the decider after five changed signals, and to the person once", () => {
    const me = noisy();
    noisyBeats(me, 5);
    expect(section(me, "FLAPPING SENSORS")).toBeUndefined();

    looop(["tick"], { profile: me, stdout: /sensor noise flaps: its signal changes in nearly every beat/ });

    expect(section(me, "FLAPPING SENSORS")).toMatch(/^- noise\nTheir signal changes in nearly every beat/);
    expect(prompt(me).indexOf("=== FLAPPING")).toBeGreaterThan(prompt(me).indexOf("=== WHAT CHANGED"));
    looop(["tick"], { profile: me, exit: 7, stdout: /^(?![\s\S]*sensor noise flaps)/ });
  });

  test("wakes the decider for a flapping sensor at most every 15 minutes", () => {
    const me = flapping();
    const before = countCalls(me);

    looop(["tick"], {
      profile: me,
      exit: 7,
      stdout: /held until \d\d:\d\d:\d\d: only flapping sensors changed \(noise\)/,
    });
    looop(["why"], { profile: me, stdout: /^held {8}only flapping sensors changed \(noise\), for 14m more/ });
    expect(countCalls(me)).toBe(before);

    quarterLater(me);
    looop(["tick"], { profile: me, ...SAID });
    looop(["tick"], { profile: me, exit: 7, ...SAID });
    expect(countCalls(me)).toBe(before + 1);
  });

  test("decides at once for another sensor or a person's edit while one sensor is flapping", () => {
    const me = flapping();
    const before = countCalls(me);

    me.write("calm.json", '{"signal":2}');
    looop(["tick"], { profile: me, ...SAID });
    me.goal("docs", "write the docs\n");
    looop(["tick"], { profile: me, ...SAID });

    expect(countCalls(me)).toBe(before + 2);
  });

  test("wakes the decider for a sensor that no longer flaps", () => {
    const me = flapping();
    me.sensor("noise.sh", 'cat noise.json || echo "{}"');
    me.write("noise.json", '{"signal":0}');
    quarterLater(me);
    // The streak falls by one a beat: 6 with the repaired script's first reading, then 5, then 4.
    for (let beat = 0; beat < 3; beat++) looop(["tick"], { profile: me, ...SAID });
    const before = countCalls(me);

    me.write("noise.json", '{"signal":1}');
    looop(["tick"], { profile: me, ...SAID });

    expect(countCalls(me)).toBe(before + 1);
  });

  test("counts the changes from zero when the record of flapping is not readable", () => {
    const me = flapping();
    me.write(".flapping.json", "half a rec");
    const before = countCalls(me);

    looop(["tick"], { profile: me, ...SAID });

    expect(countCalls(me)).toBe(before + 1);
  });
});

describe("an unchanged beat", () => {
  test("writes no record of flapping for calm sensors", () => {
    const me = decidedBy(profile(), MOVE);
    me.sensor("calm.sh", "echo '{}'");
    looop(["tick"], { profile: me, ...SAID });
    const first = me.read(".flapping.json");

    looop(["tick"], { profile: me, stdout: /world unchanged/ });

    expect([first, me.read(".flapping.json")]).toEqual([first, first]);
  });
});

describe("the most neglected goal", () => {
  test("names the most neglected goal before the journal: first one never worked on, then the one left longest", () => {
    const me = decidedBy(profile(), `${MOVE.replace("moved", "moved $(cat which.txt)")}`);
    for (const id of ["a", "b", "c"]) me.goal(id, `${id}\n`);
    const neglected: (string | undefined)[] = [];
    for (const which of ["b", "a", "c", "none"]) {
      me.write("which.txt", which);
      me.write("PLAYBOOK.md", `Move ${which}.\n`);
      looop(["tick"], { profile: me, ...SAID });
      neglected.push(section(me, "FAIRNESS")?.split(":")[0]);
    }

    expect(neglected).toEqual(["a", "a", "c", "b"]);
    expect(prompt(me).indexOf("=== FAIRNESS")).toBeLessThan(prompt(me).indexOf("=== RECENT JOURNAL"));
  });

  test("names no neglected goal without goals", () => {
    const me = decidedBy(profile(), MOVE);
    looop(["tick"], { profile: me, ...SAID });

    expect(section(me, "FAIRNESS")).toBeUndefined();
  });
});

describe("a noop", () => {
  const NOOP = `cat > "$LOOOP_DATA_DIR/prompt.txt"; echo call >> "$LOOOP_DATA_DIR/calls.txt"; echo '{"action":"noop","journal":"nothing to do"}'`;

  /** Returns a profile in typed mode whose last move was a noop, one hour ago. */
  function hourAgo(): Profile {
    const me = profile();
    me.write("PLAYBOOK.md", "Be quiet.\n");
    me.config(`default = "fake"\n[decide]\nmode = "typed"\n[runners.fake]\ndecide = ${JSON.stringify(NOOP)}\n`);
    looop(["tick"], { profile: me, ...SAID });
    const record = JSON.parse(me.read(".last-noop.json") ?? "{}");
    me.write(".last-noop.json", JSON.stringify({ ...record, at_ms: record.at_ms - 3_600_000 }));
    return me;
  }

  test("does not decide an old noop again by default", () => {
    const me = hourAgo();

    looop(["tick"], { profile: me, stdout: /world unchanged/ });

    expect(countCalls(me)).toBe(1);
  });

  test("decides a noop again once when it is older than LOOOP_NOOP_TTL", () => {
    const me = hourAgo();

    looop(["tick"], { profile: me, env: { LOOOP_NOOP_TTL: "7200" }, stdout: /world unchanged/ });
    for (const _ of [1, 2]) looop(["tick"], { profile: me, env: { LOOOP_NOOP_TTL: "3600" }, ...SAID });

    expect([countCalls(me), section(me, "WHAT CHANGED")]).toEqual([2, "(nothing)"]);
  });
});
