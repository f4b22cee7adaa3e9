/**
 * Key to echo: the time from a typed key to the program's answer on the terminal, through attach, tmux and dtach, and for
 * the bare program. Usage: bun run bench attach, or, after a quiet time, sh tools/bun.sh bench/attach.ts SECONDS
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { built, machine, print } from "./harness.ts";

/** The number of keys per contender, and the limits of the random time between two keys, in milliseconds. */
const KEYS = 300;
const MIN_GAP_MS = 10;
const MAX_GAP_MS = 90;

/** The limits of issue 3, in milliseconds. */
const BUDGET = { p50: 5, p99: 15 };

/** A program that reports its start, then echoes every byte. */
const PROGRAM = "stty raw -echo; printf ready; exec cat";

interface Contender {
  readonly name: string;
  /** Starts the session that outlives the terminal. */
  readonly prepare?: () => void;
  readonly attach: readonly string[];
  readonly end?: () => void;
}

const folder = mkdtempSync(join(tmpdir(), "looop-bench-"));
const looop = built("looop");
const env = {
  HOME: folder,
  LOOOP_DATA_DIR: join(folder, "data"),
  PATH: "/usr/bin:/bin",
  LANG: "C.UTF-8",
  TERM: "xterm-256color",
};
const run = (...argv: string[]) => {
  const [command = "", ...rest] = argv;
  const { status, stderr } = spawnSync(command, rest, { env, cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(`Cannot measure: ${argv.join(" ")} ended with ${status}\n${stderr}`);
};

const socket = join(folder, "dtach");
const tmux = ["tmux", "-S", join(folder, "tmux"), "-f", "/dev/null"];
const contenders: Contender[] = [
  { name: "the program itself", attach: ["sh", "-c", PROGRAM] },
  {
    name: "looop attach",
    prepare: () => run(looop, "start-session", "echo", "x", "--command", PROGRAM),
    attach: [looop, "attach", "echo"],
    end: () => run(looop, "kill", "echo"),
  },
  {
    name: "dtach",
    prepare: () => run("dtach", "-n", socket, "sh", "-c", PROGRAM),
    attach: ["dtach", "-a", socket, "-r", "none"],
  },
  {
    name: "tmux",
    prepare: () => run(...tmux, "new-session", "-d", "-x", "80", "-y", "24", PROGRAM),
    attach: [...tmux, "attach"],
    end: () => run(...tmux, "kill-server"),
  },
];

interface Open {
  readonly name: string;
  readonly took: number[];
  /** Types one key and waits for it to come back. */
  press(letter: string): Promise<void>;
  close(): Promise<void>;
}

/** Attaches a terminal. */
async function open({ name, prepare, attach, end }: Contender): Promise<Open> {
  prepare?.();
  let heard = "";
  let onHeard = () => {};
  const terminal = new Bun.Terminal({
    cols: 80,
    rows: 24,
    data: (_terminal, bytes) => {
      heard += Buffer.from(bytes).toString("latin1");
      onHeard();
    },
  });
  const until = (is: () => boolean) =>
    new Promise<void>((done) => {
      onHeard = () => is() && done();
      onHeard();
    });
  const child = Bun.spawn([...attach], { env, cwd: folder, terminal });
  // dtach shows no earlier output, so a key is typed to see that it is attached.
  const nudge = setInterval(() => terminal.write("~"), 200);
  await until(() => heard.includes("~"));
  clearInterval(nudge);
  const took: number[] = [];
  return {
    name,
    took,
    press: async (letter) => {
      heard = "";
      const beganMs = performance.now();
      terminal.write(letter);
      await until(() => heard.includes(letter));
      took.push(performance.now() - beganMs);
    },
    close: async () => {
      child.kill("SIGTERM");
      await child.exited;
      terminal.close();
      end?.();
    },
  };
}

function isInstalled({ attach }: Contender): boolean {
  const command = attach[0] ?? "";
  return command.includes("/") || ["/usr/bin", "/bin"].some((place) => existsSync(join(place, command)));
}

const quietS = Number(process.argv[2] ?? 0);
const opened: Open[] = [];
try {
  for (const contender of contenders) {
    if (isInstalled(contender)) opened.push(await open(contender));
    else process.stderr.write(`Left out, not installed: ${contender.name}\n`);
  }
  await Bun.sleep(500 + quietS * 1_000);
  for (let key = 0; key < KEYS; key++) {
    const letter = String.fromCharCode(97 + (key % 26));
    // In turns, so that other load on the machine affects all of them alike.
    for (const terminal of opened) await terminal.press(letter);
    await Bun.sleep(MIN_GAP_MS + ((key * 37) % (MAX_GAP_MS - MIN_GAP_MS)));
  }
} finally {
  for (const terminal of opened) await terminal.close();
  rmSync(folder, { recursive: true, force: true });
}

let isOver = false;
const rows = opened.map(({ name, took }) => {
  const sorted = took.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
  const isBad = name.startsWith("looop") && (at(0.5) > BUDGET.p50 || at(0.99) > BUDGET.p99);
  isOver ||= isBad;
  const numbers = [at(0.5), at(0.9), at(0.99), at(1)].map((ms) => ms.toFixed(2)).join(" | ");
  return `| ${name} | ${numbers} |${isBad ? " over budget" : ""}`;
});

print([
  "### attach: key to echo",
  "",
  `${machine()}. ${KEYS} keys, ${MIN_GAP_MS} to ${MAX_GAP_MS} ms apart, after ${quietS} s of quiet. Milliseconds.`,
  "",
  "| | p50 | p90 | p99 | most |",
  "|---|---|---|---|---|",
  ...rows,
  "",
]);
if (isOver) process.exitCode = 1;
