/** Many verbs at once: exactly one of those that exclude each other wins, and no other work is lost. */
import { spawn } from "node:child_process";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fault, LONG } from "../support/faults/count-faults.ts";
import { processesOf, runVerb, temporaryFiles, tornFiles } from "../support/faults/invariants.ts";
import { decidedBy, MOVE } from "../support/model/shell-decider.ts";
import { type Profile, profileToRemove } from "../support/program/profile.ts";
import { PROGRAM } from "../support/program/program.ts";
import { waitFor } from "../support/program/wait-for.ts";

const ENV = { LOOOP_INTERVAL: "3600" };

interface Ended {
  readonly exit: number | string;
  readonly stderr: string;
}

/** Starts the program without waiting for it. */
function launch(me: Profile, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const [command = "", ...rest] = [...PROGRAM, ...args];
  const child = spawn(command, rest, { env: { ...me.env, ...env }, cwd: me.home, stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = new Promise<Ended>((done) =>
    child.on("close", (code, signal) => done({ exit: code ?? signal ?? "", stderr })),
  );
  return { child, ended, isOver: () => child.exitCode !== null || child.signalCode !== null };
}

const exits = (all: readonly Ended[], exit: number) => all.filter((one) => one.exit === exit).length;

async function withProfile(body: (me: Profile) => Promise<void>): Promise<void> {
  const me = decidedBy(profileToRemove(), MOVE);
  try {
    await body(me);
  } finally {
    runVerb(me, ["down", "--workers"]);
    for (const pid of processesOf(me)) process.kill(pid, "SIGKILL");
    me.remove();
  }
}

const TIMES = LONG ? 5 : 1;

fault("50 pulses at once: one wins, 49 say busy", async (tally) => {
  for (let time = 0; time < TIMES; time++) {
    await withProfile(async (me) => {
      const all = Array.from({ length: 50 }, () => launch(me, ["run"], ENV));
      await waitFor("49 to end", () => all.filter(({ isOver }) => isOver()).length === 49, 60_000);
      for (const { child } of all) child.kill("SIGTERM");
      const ended = await Promise.all(all.map((one) => one.ended));
      tally.same("exits", [exits(ended, 5), exits(ended, 0)], [49, 1]);
      tally.injected += 50;
      for (const what of [...tornFiles(me), ...temporaryFiles(me)]) tally.violated(what);
    });
  }
});

fault("50 starts of one session at once: one wins, 49 say who owns it", async (tally) => {
  for (let time = 0; time < TIMES; time++) {
    await withProfile(async (me) => {
      const words = ["start-session", "w", "x", "--command", "sleep 1000"];
      const ended = await Promise.all(Array.from({ length: 50 }, () => launch(me, words).ended));
      const odd = ended.find(({ exit }) => exit !== 0 && exit !== 5);
      tally.same(`exits (${odd?.stderr ?? ""})`, [exits(ended, 0), exits(ended, 5)], [1, 49]);
      const sleeping = processesOf(me).length;
      if (sleeping > 4) tally.violated(`${sleeping} processes for one session`);
      tally.injected += 50;
      for (const what of [...tornFiles(me), ...temporaryFiles(me)]) tally.violated(what);
    });
  }
});

fault("200 flags on one session at once: the last is up, and every one is an event", async (tally) => {
  await withProfile(async (me) => {
    runVerb(me, ["start-session", "w", "x", "--command", "sleep 1000"]);
    for (let batch = 0; batch < 8; batch++) {
      const words = (at: number) => ["flag", "w", `question ${batch * 25 + at}`];
      const ended = await Promise.all(Array.from({ length: 25 }, (_, at) => launch(me, words(at)).ended));
      tally.same("exits", exits(ended, 0), 25);
      tally.injected += 25;
    }
    const events = (me.read("events.jsonl") ?? "").split("\n").filter((line) => line.includes('"flagged"'));
    tally.same("events", new Set(events.map((line) => /question \d+/.exec(line)?.[0])).size, 200);
    if (!/^question 1[789]\d$/.test(me.read("sessions/looop-w/note") ?? ""))
      tally.violated("the note is none of the last");
    for (const what of [...tornFiles(me), ...temporaryFiles(me)]) tally.violated(what);
  });
});

fault("50 workers claim one name at once: one has it", async (tally) => {
  for (let time = 0; time < TIMES; time++) {
    await withProfile(async (me) => {
      runVerb(me, ["start-session", "a", "x", "--command", "sleep 1000"]);
      runVerb(me, ["start-session", "b", "x", "--command", "sleep 1000"]);
      const as = (at: number) => ({ LOOOP_SESSION_ID: at % 2 === 0 ? "looop-a" : "looop-b" });
      const ended = await Promise.all(
        Array.from({ length: 50 }, (_, at) => launch(me, ["claim", "one"], as(at)).ended),
      );
      const owner = JSON.parse(me.read("claims/one.json") ?? "{}").session;
      // Half of them are the winner's own repeated calls, which succeed.
      tally.same("exits", [exits(ended, 0), exits(ended, 5)], [25, 25]);
      const winners = new Set(ended.flatMap(({ exit }, at) => (exit === 0 ? [as(at).LOOOP_SESSION_ID] : [])));
      tally.same("the winner", [...winners], [owner]);
      tally.injected += 50;
    });
  }
});

fault("prune against start: nothing live is deleted", async (tally) => {
  await withProfile(async (me) => {
    for (let time = 0; time < (LONG ? 50 : 10); time++) {
      runVerb(me, ["start-session", "w", "x", "--command", "true"]);
      const [started, ...pruned] = await Promise.all([
        launch(me, ["start-session", "w", "x", "--command", "sleep 1000"]).ended,
        ...Array.from({ length: 4 }, () => launch(me, ["prune", "--all"]).ended),
      ]);
      tally.same("prunes", exits(pruned, 0), 4);
      const state = JSON.parse(me.read("sessions/looop-w/status.json") ?? "{}").state;
      // The id may be busy while the last session still ends.
      if (started?.exit === 0) tally.same("the live one", state, "running");
      else tally.same("the start", started?.exit, 5);
      runVerb(me, ["kill", "w"]);
      tally.injected += 5;
      for (const what of [...tornFiles(me), ...temporaryFiles(me)]) tally.violated(what);
    }
  });
});

/** Runs two starts and a stop at once, then stops everything and checks that nothing is left. */
async function upAndDown(me: Profile): Promise<string[]> {
  const ended = await Promise.all([["up"], ["up"], ["down"]].map((args) => launch(me, args, ENV).ended));
  const odd = ended.filter(({ exit }) => exit !== 0 && exit !== 5).map(({ exit, stderr }) => `${exit}: ${stderr}`);
  const running = processesOf(me).length;
  const down = runVerb(me, ["down"]);
  await waitFor("the last process", () => processesOf(me).length === 0);
  return [
    ...odd,
    // A pulse, its supervisor, and the shell between them.
    ...(running > 3 ? [`${running} processes of pulses`] : []),
    ...(down.exit === 0 ? [] : [`down ended with ${down.exit}: ${down.stderr}`]),
    ...tornFiles(me),
  ];
}

fault("two up and a down at once: one pulse, or none", async (tally) => {
  await withProfile(async (me) => {
    for (let time = 0; time < (LONG ? 60 : 8); time++) tally.struck(`time ${time}`, await upAndDown(me));
  });
});

fault("config and PLAYBOOK replaced while they are read: old or new, never half", async (tally) => {
  await withProfile(async (me) => {
    const config = join(me.home, ".config/looop.toml");
    const body = (at: number) =>
      `default = "fake"\n[runners.fake]\ntick = ${JSON.stringify(`${MOVE} # ${"x".repeat(at * 997)}`)}\n`;
    for (let time = 0; time < (LONG ? 100 : 15); time++) {
      me.write("PLAYBOOK.md", `${"Be quiet.\n".repeat(1 + time * 50)}`);
      const beat = launch(me, ["tick"]);
      for (let edit = 0; !beat.isOver(); edit++) {
        // As editors and sync clients save: a new file, renamed.
        writeFileSync(`${config}.new`, body(edit % 40));
        renameSync(`${config}.new`, config);
        tally.injected += 1;
        const nextMs = performance.now() + 2;
        await waitFor("the next edit", () => performance.now() >= nextMs);
      }
      const { exit, stderr } = await beat.ended;
      if (exit !== 0) tally.violated(`the beat ended with ${exit}: ${stderr}`);
    }
  });
});
