/** Sensors as people write them, and as they break. The decider is a shell one-liner that keeps its prompt. */
import { describe, expect, test } from "bun:test";
import { existsSync, linkSync, mkdirSync, readdirSync, statSync, symlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { countCalls, decidedBy, events, MOVE, section } from "../../support/model/shell-decider.ts";
import { processesWith } from "../../support/process/processes.ts";
import { ANYTHING, type Input, looop } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { onDeno, testUnless } from "../../support/program/skip.ts";
import { waitFor } from "../../support/program/wait-for.ts";

const SAID = { stdout: ANYTHING } as const;

const me = () => decidedBy(profile(), MOVE);

/** The prompt's readings after one beat with this one sensor. */
function reading(script: string, options: Input & { file?: string } = {}): string | undefined {
  const person = options.profile ?? me();
  person.sensor(options.file ?? "a.sh", script);
  looop(["tick"], { ...options, profile: person, ...SAID });
  return section(person, "SENSOR READINGS");
}

/** The reading of `a` as JSON. */
function snapshot(person: Profile, name = "a"): unknown {
  return JSON.parse(person.read(`snapshots/sensor-${name}.json`) ?? "");
}

describe("a sensor", () => {
  test("shows a sensor's output unchanged to the decider", () => {
    expect(reading(`printf '{"b":1,\\n "a":2}'`)).toBe('--- a\n{"b":1,\n "a":2}');
  });

  test("runs a sensor in the data folder, with empty input and looop's paths in its environment", () => {
    const person = me();
    person.sensor("a.sh", 'printf "%s|%s|%s|%s" "$PWD" "$(cat | wc -c)" "$LOOOP_DATA_DIR" "$CONFIG$CLAIMS_DIR"');

    looop(["tick"], { profile: person, cwd: "/", stdin: "typed by a person", ...SAID });

    expect(person.read("snapshots/sensor-a.json")).toBe(`${person.data}|0|${person.data}|`);
  });

  test("passes the person's own variable CONFIG to a sensor", () => {
    expect(reading('printf %s "$CONFIG"', { env: { CONFIG: "mine" } })).toBe("--- a\nmine");
  });

  test("gives a sensor looop's path in LOOOP_BIN", () => {
    expect(reading('"$LOOOP_BIN" version')).toMatch(/^--- a\nlooop \d+\.\d+\.\d+$/);
  });

  test("refuses inside a sensor what only the person may do", () => {
    const verb = '"$LOOOP_BIN" thaw --all --yes-i-am-the-person 2>/dev/null';
    expect(reading(`${verb}; echo "{\\"signal\\":$?}"`)).toBe('--- a\n{"signal":7}');
  });

  test("does not pass a session's identity on to a sensor", () => {
    const env = { BABYSIT_SESSION_ID: "x", BABYSIT_DIR: "/x", LOOOP_SESSION_ID: "looop-x", LOOOP_COST_ID: "x" };
    expect(reading("env | grep -cE '^(BABYSIT_|LOOOP_SESSION_ID|LOOOP_COST_ID)'; :", { env })).toBe("--- a\n0");
  });

  test("runs any executable file as a sensor, and drops only .sh from its name", () => {
    const person = me();
    for (const name of ["a.sh", "b.py", "c", "d.e.sh"]) person.sensor(name, "echo 1");

    expect(reading("echo 2", { profile: person, file: "z.sh" })).toBe(
      "--- a\n1\n--- b.py\n1\n--- c\n1\n--- d.e\n1\n--- z\n2",
    );
  });

  test("ignores hidden files, folders, and files that are neither executable nor a shell script", () => {
    const person = me();
    person.sensor(".hidden.sh", "echo 1");
    mkdirSync(join(person.data, "sensors/lib.sh"));
    person.write("sensors/README.md", "how to");

    expect(reading("echo 2", { profile: person })).toBe("--- a\n2");
  });

  test("runs a symbolic link to a script elsewhere", () => {
    const person = me();
    const script = person.command("elsewhere", "echo linked");
    mkdirSync(join(person.data, "sensors"));
    symlinkSync(script, join(person.data, "sensors/b.sh"));

    expect(reading("echo 2", { profile: person })).toBe("--- a\n2\n--- b\nlinked");
  });

  test("removes the reading of a sensor that is gone", () => {
    const person = me();
    person.write("snapshots/sensor-old.json", "{}");
    person.write("snapshots/sensor-old.err", "oops");

    expect(reading("echo 2", { profile: person })).toBe("--- a\n2");
    expect(readdirSync(join(person.data, "snapshots"))).toEqual(["sensor-a.json"]);
  });

  test("runs sensors at once, without waiting for each other", () => {
    const person = me();
    // Each of the two ends only when the other one has begun.
    const meet = (mine: string, other: string) => `touch ${mine}; until [ -e ${other} ]; do sleep 0.01; done; echo met`;
    person.sensor("a.sh", meet("a-is-here", "b-is-here"));

    expect(reading(meet("b-is-here", "a-is-here"), { profile: person, file: "b.sh" })).toBe("--- a\nmet\n--- b\nmet");
  });

  test("replaces a sensor's last snapshot whole", () => {
    const person = me();
    person.sensor("a.sh", "ls snapshots; date +%N");
    looop(["tick"], { profile: person, ...SAID });
    // Another name of the very file: whoever had it open goes on reading the old one.
    const first = person.read("snapshots/sensor-a.json");
    linkSync(join(person.data, "snapshots/sensor-a.json"), join(person.data, "still-open.json"));
    looop(["tick"], { profile: person, ...SAID });

    expect(person.read("still-open.json")).toBe(first ?? "");
    expect(readdirSync(join(person.data, "snapshots"))).toEqual(["sensor-a.json"]);
    expect(person.read("snapshots/sensor-a.json")).toMatch(/^sensor-a.json\n\d+\n$/);
  });
});

describe("a sensor that fails", () => {
  const cases: [title: string, script: string, wanted: { code: number; message: string; stderr: string }][] = [
    [
      "by its exit code",
      "echo half; echo why >&2; exit 3",
      { code: 3, message: "ended with exit code 3", stderr: "why\n" },
    ],
    ["by a signal", "kill -KILL $$", { code: 137, message: "ended with SIGKILL", stderr: "" }],
  ];
  test.each(cases)("reads a sensor that fails as an error without its output: %s", (_title, script, wanted) => {
    const person = me();
    reading(script, { profile: person });

    const { code, message, stderr } = wanted;
    expect(snapshot(person)).toEqual({ signal: { error: true, exit_code: code }, detail: { message, stderr } });
  });

  test("shows only the end of a failed sensor's stderr", () => {
    const person = me();
    reading("yes no | head -c 3000000 >&2; echo the end >&2; exit 1", { profile: person });

    const { detail } = snapshot(person) as { detail: { stderr: string } };
    expect([detail.stderr.length, detail.stderr.slice(-11)]).toEqual([1_024, "no\nthe end\n"]);
    expect(person.read("snapshots/sensor-a.err")?.length).toBe(1_024);
  });

  test("does not wake the decider again when a sensor fails the same way with another message", () => {
    const person = me();
    reading("date +%N >&2; exit 3", { profile: person });

    looop(["tick"], { profile: person, stdout: /✗ sensor a: failed with exit code 3\n[\s\S]*world unchanged/ });

    expect(countCalls(person)).toBe(1);
  });

  test("counts failed sensors in the event", () => {
    const person = me();
    person.sensor("b.sh", "exit 1");
    reading("echo 1", { profile: person });

    expect(events(person)).toContainEqual(expect.objectContaining({ event: "sense_done", sensors: 2, failed: 1 }));
  });

  test("has a stable reading with a hint for a sensor without its execute bit", () => {
    const person = me();
    person.write("sensors/b.sh", "#!/bin/sh\necho 1\n", 0o600);

    expect(reading("echo 2", { profile: person })).toMatch(/--- b\n.*"error":true.*chmod \+x/);
    looop(["tick"], { profile: person, stdout: /sensor b: not executable\n[\s\S]*world unchanged/ });
  });

  testUnless(onDeno("it gives such a script to sh, as execvp does"))(
    "for want of a #! line is a stable reading that says so",
    () => {
      const person = me();
      person.write("sensors/b.sh", "echo 1\n", 0o700);

      expect(reading("echo 2", { profile: person })).toMatch(/--- b\n.*"error":true.*no #! line/);
      looop(["tick"], { profile: person, stdout: /no #! line[\s\S]*world unchanged/ });
    },
  );

  test("has a stable reading for a sensor without its interpreter", () => {
    expect(reading("#!/no/such/interpreter\n")).toMatch(
      /^--- a\n.*"error":true.*the interpreter in its #! line is missing/,
    );
  });
});

describe("a sensor that hangs", () => {
  const env = { LOOOP_SENSOR_TIMEOUT: "1" };

  test("ends a hanging sensor with all it started, also what ignores TERM, and has a stable reading", async () => {
    const person = me();
    const script = `trap "" TERM; sleep 98.7654 & echo half; wait; sleep 98.7654`;

    expect(reading(script, { profile: person, env })).toBe(
      '--- a\n{"signal":{"error":true,"exit_code":124},"detail":{"message":"timed out after 1 s","stderr":""}}',
    );
    looop(["tick"], {
      profile: person,
      env,
      stdout: /sensor a: timed out after 1 s \(LOOOP_SENSOR_TIMEOUT\)\n[\s\S]*unchanged/,
    });
    await waitFor("no sleep to be left", () => processesWith("98.7654").length === 0);
  });

  test("does not wait for a sensor's child that keeps the pipe open", async () => {
    const person = me();
    const begun = performance.now();

    expect(reading("echo 1; sleep 97.6543 & exit 0", { profile: person })).toBe("--- a\n1");
    expect(performance.now() - begun).toBeLessThan(20_000);
    await waitFor("no sleep to be left", () => processesWith("97.6543").length === 0);
  });

  test("reads the other sensors while one hangs", () => {
    const person = me();
    person.sensor("z.sh", "sleep 20");

    expect(reading("echo 1", { profile: person, env })).toMatch(/^--- a\n1\n--- z\n.*timed out/);
  });
});

describe("what a sensor prints", () => {
  const odd: [title: string, script: string, shown: string][] = [
    ["nothing", ":", "(empty)"],
    ["no JSON", "echo not json", "not json"],
    ["half of a JSON", "printf '{\"a\":'", '{"a":'],
    ["NUL bytes", "printf 'a\\0b'", "ab"],
    ["invalid UTF-8", "printf 'a\\xffb'", "a\ufffdb"],
    ["the sequences of a terminal", "printf 'a\\e[2Jb\\e]0;title\\ac'", "abc"],
    ["carriage returns", "printf 'a\\r\\nb\\rc'", "a\nb\nc"],
  ];
  test.each(odd)("accepts a sensor that prints %s", (_title, script, shown) => {
    const person = me();

    expect(reading(script, { profile: person })).toBe(`--- a\n${shown}`);
    looop(["tick"], { profile: person, stdout: /world unchanged/ });
  });

  test("keeps a sensor's output byte for byte in its snapshot", () => {
    const person = me();
    reading("printf 'a\\0b\\xff'", { profile: person });

    expect(statSync(join(person.data, "snapshots/sensor-a.json")).size).toBe(4);
  });

  test("compares a sensor's output byte for byte when it is not JSON", () => {
    const person = me();
    reading("printf '\\xfe'", { profile: person });
    reading("printf '\\xff'", { profile: person });

    expect(countCalls(person)).toBe(2);
  });

  test("compares long numbers to the last digit", () => {
    const person = me();
    reading(`echo '{"signal":{"id":1234567890123456781}}'`, { profile: person });
    reading(`echo '{"signal":{"id":1234567890123456782}}'`, { profile: person });

    expect(countCalls(person)).toBe(2);
  });

  test("has a stable reading for output beyond the cap, whatever its size", () => {
    const person = me();

    expect(reading("head -c 9000 /dev/zero", { profile: person })).toMatch(
      /^--- a\n\{"signal":\{"error":"too-large","cap":8192\},"detail":\{"bytes":9000,/,
    );
    person.sensor("a.sh", "head -c 9001 /dev/zero");
    looop(["tick"], { profile: person, stdout: /sensor a: printed 9001 bytes, more than 8192[\s\S]*world unchanged/ });
  });

  test("survives a gigabyte of sensor output with little memory", () => {
    const person = me();

    expect(reading("head -c 1000000000 /dev/zero", { profile: person })).toMatch(/"bytes":1000000000/);
  });

  test("accepts output at the cap, which LOOOP_SENSOR_MAX_BYTES sets", () => {
    expect(reading("printf 1234567890", { env: { LOOOP_SENSOR_MAX_BYTES: "10" } })).toBe("--- a\n1234567890");
    expect(reading("printf 12345678901", { env: { LOOOP_SENSOR_MAX_BYTES: "10" } })).toMatch(/too-large/);
  });

  test("accepts very deep JSON", () => {
    const env = { LOOOP_SENSOR_MAX_BYTES: "0" };
    expect(
      reading("head -c 200000 /dev/zero | tr '\\0' '['; head -c 200000 /dev/zero | tr '\\0' ']'", { env }),
    ).toMatch(/^--- a\n\[\[\[/);
  });
});

describe("looop:interval", () => {
  const script = "# looop:interval=60\necho run >> ran.txt; date +%N";
  const runs = (person: Profile) => person.read("ran.txt")?.split("\n").length ?? 1;

  test("keeps a reading for its interval", () => {
    const person = me();
    reading(script, { profile: person });
    looop(["tick"], { profile: person, stdout: /world unchanged/ });

    expect(runs(person) - 1).toBe(1);
  });

  test("runs the sensor again when its reading is older than its interval", () => {
    const person = me();
    reading(script, { profile: person });
    const old = Date.now() / 1_000 - 61;
    utimesSync(join(person.data, "sensors/a.sh"), old - 10, old - 10);
    utimesSync(join(person.data, "snapshots/sensor-a.json"), old, old);

    looop(["tick"], { profile: person, ...SAID });

    expect(runs(person) - 1).toBe(2);
  });

  test("does not keep a reading from before the script changed, of a failure, or from the future", () => {
    const person = me();
    reading(script, { profile: person });
    reading(`${script}; exit 1`, { profile: person });
    looop(["tick"], { profile: person, ...SAID });
    reading(script, { profile: person });
    const future = Date.now() / 1_000 + 7_200;
    utimesSync(join(person.data, "snapshots/sensor-a.json"), future, future);
    looop(["tick"], { profile: person, ...SAID });

    expect(runs(person) - 1).toBe(5);
    expect(existsSync(join(person.data, "snapshots/sensor-a.json"))).toBe(true);
  });
});
