import type { VerbHelp } from "../commands/help.ts";
import type { Completer } from "../commands/internal/complete.ts";
import { resolveCommand } from "./find-command.ts";
import { type Group, group, hidden, under, verb } from "./verb.ts";

/** Gives `help` the tree, which commands may not import: imports point down. */
const manual: VerbHelp = {
  list: async (colour) => (await import("./help.ts")).fullList(TREE, colour),
  of: async (words, colour) => (await import("./help.ts")).helpOf(resolveCommand(TREE, words), colour),
};

/** Gives `__complete` the tree. */
const completer: Completer = {
  complete: async (words, live) => (await import("./complete.ts")).complete(TREE, words, live),
};

/** Every command, in citty's own form. Nothing is loaded before it runs. Help lists them in this order. */
export const TREE: Group = group("looop", "a control loop for your work: it acts only when the world changed", {
  ...under("Start", {
    demo: verb("demo", "show the whole loop at work, without a model", () => import("../commands/demo.ts")),
    init: verb("init", "write settings and a data folder, after a few questions", () => import("../commands/init.ts")),
    up: verb("up", "start the pulse in the background", () => import("../commands/up.ts")),
    down: verb("down", "stop the pulse; --workers stops everything", () => import("../commands/down.ts")),
    run: verb("run", "run the pulse here, or force one move for a goal", () => import("../commands/run.ts"), {
      alias: ["loop"],
    }),
    poke: verb("poke", "run the next beat of the pulse now", () => import("../commands/poke.ts")),
    tick: verb("tick", "run one beat now", () => import("../commands/tick.ts")),
    "start-session": verb("start-session", "start a worker", () => import("../commands/start-session.ts")),
    restart: verb("restart", "start a session's program again", () => import("../commands/restart.ts")),
    kill: verb("kill", "end a session", () => import("../commands/kill.ts")),
    freeze: verb("freeze", "stop a worker where it is; --all stops everything", () => import("../commands/freeze.ts")),
    thaw: verb("thaw", "continue a frozen worker", () => import("../commands/thaw.ts")),
    service: group("service", "manage the login service", {
      install: verb(
        "service install",
        "start the pulse now and at each login",
        () => import("../commands/service/install.ts"),
      ),
      uninstall: verb(
        "service uninstall",
        "stop the service and remove it",
        () => import("../commands/service/uninstall.ts"),
      ),
      status: verb("service status", "show if the service runs", () => import("../commands/service/status.ts")),
    }),
    upgrade: verb("upgrade", "upgrade looop, or say how", () => import("../commands/upgrade.ts")),
  }),
  ...under("Watch", {
    status: verb("status", "show what the loop is doing", () => import("../commands/status.ts")),
    top: verb("top", "show everything on one screen, and steer it", () => import("../commands/top.ts")),
    ls: verb("ls", "list sessions: who works, who waits for you", () => import("../commands/ls.ts")),
    attach: verb("attach", "put this terminal on a session", () => import("../commands/attach.ts")),
    screenshot: verb("screenshot", "print what a session's screen shows", () => import("../commands/screenshot.ts")),
    log: verb("log", "print a session's transcript", () => import("../commands/log.ts")),
    cost: verb("cost", "show spending", () => import("../commands/cost.ts")),
    state: verb("state", "print what the loop sees", () => import("../commands/state.ts")),
    wait: verb("wait", "wait for a change, a question, or a session's end", () => import("../commands/wait.ts")),
    expect: verb("expect", "wait for a text in a session's output", () => import("../commands/expect.ts")),
    resize: verb("resize", "set the size of a session's terminal", () => import("../commands/resize.ts")),
    detach: verb("detach", "detach every terminal from a session", () => import("../commands/detach.ts")),
  }),
  ...under("Answer", {
    inbox: verb("inbox", "list everything that waits for you", () => import("../commands/inbox.ts")),
    asks: verb("asks", "list open questions", () => import("../commands/asks.ts")),
    answer: verb("answer", "answer a question", () => import("../commands/answer.ts")),
    notify: group("notify", "send what waits for you to your phone, a webhook or a command", {
      setup: verb("notify setup", "set up a channel and try it", () => import("../commands/notify/setup.ts")),
      test: verb("notify test", "send a test on each channel", () => import("../commands/notify/test.ts")),
      status: verb(
        "notify status",
        "show the channels and their last failures",
        () => import("../commands/notify/status.ts"),
      ),
      mute: verb("notify mute", "send nothing for a while", () => import("../commands/notify/mute.ts")),
      log: verb("notify log", "list what was sent", () => import("../commands/notify/log.ts")),
    }),
    tell: verb("tell", "leave a message for a worker", () => import("../commands/tell.ts")),
    send: verb("send", "type into a session", () => import("../commands/send.ts")),
    approve: verb("approve", "approve text that a tainted beat wrote", () => import("../commands/approve.ts")),
  }),
  ...under("Shape", {
    goal: group("goal", "manage goals", {
      write: verb("goal write", "write a goal", () => import("../commands/goal/write.ts")),
      show: verb("goal show", "print a goal", () => import("../commands/goal/show.ts")),
      list: verb("goal list", "list goals", () => import("../commands/goal/list.ts"), { alias: ["ls"] }),
      archive: verb("goal archive", "archive a goal: done, or given up", () => import("../commands/goal/archive.ts")),
    }),
    sensor: group("sensor", "manage sensors", {
      add: verb("sensor add", "write a ready-made sensor", () => import("../commands/sensor/add.ts")),
      recipes: verb("sensor recipes", "list ready-made sensors", () => import("../commands/sensor/recipes.ts")),
      write: verb("sensor write", "write a sensor's script", () => import("../commands/sensor/write.ts")),
      run: verb("sensor run", "run a sensor once, and judge its reading", () => import("../commands/sensor/run.ts")),
      show: verb("sensor show", "print a sensor's script", () => import("../commands/sensor/show.ts")),
      list: verb("sensor list", "list sensors", () => import("../commands/sensor/list.ts"), { alias: ["ls"] }),
      archive: verb("sensor archive", "stop running a sensor", () => import("../commands/sensor/archive.ts")),
      trust: verb("sensor trust", "trust a sensor's output", () => import("../commands/sensor/trust.ts")),
      untrust: verb("sensor untrust", "stop trusting a sensor's output", () => import("../commands/sensor/untrust.ts")),
    }),
    playbook: group("playbook", "manage PLAYBOOK.md", {
      write: verb("playbook write", "replace PLAYBOOK.md", () => import("../commands/playbook/write.ts")),
      show: verb(
        "playbook show",
        "print PLAYBOOK.md, or an earlier version",
        () => import("../commands/playbook/show.ts"),
      ),
      list: verb("playbook list", "list earlier versions", () => import("../commands/playbook/list.ts"), {
        alias: ["ls"],
      }),
      archive: verb(
        "playbook archive",
        "keep a copy of PLAYBOOK.md as it is",
        () => import("../commands/playbook/archive.ts"),
      ),
    }),
    schedule: group("schedule", "manage times that wake the loop", {
      write: verb("schedule write", "write a schedule", () => import("../commands/schedule/write.ts")),
      rm: verb("schedule rm", "delete a schedule", () => import("../commands/schedule/rm.ts")),
      list: verb("schedule list", "list schedules", () => import("../commands/schedule/list.ts"), { alias: ["ls"] }),
    }),
    config: group("config", "show runners and shell completions", {
      runners: verb(
        "config runners",
        "list model CLIs, and which one decides",
        () => import("../commands/config/runners.ts"),
      ),
      bash: verb("config bash", "print completions for bash", () => import("../commands/config/bash.ts")),
      zsh: verb("config zsh", "print completions for zsh", () => import("../commands/config/zsh.ts")),
      fish: verb("config fish", "print completions for fish", () => import("../commands/config/fish.ts")),
    }),
    prune: verb("prune", "delete the records of finished sessions", () => import("../commands/prune.ts")),
  }),
  ...under("Check", {
    doctor: verb("doctor", "check the installation and say what to fix", () => import("../commands/doctor.ts")),
    why: verb("why", "explain what a beat did, or why it did nothing", () => import("../commands/why.ts")),
    history: verb("history", "list changes, by beats and by you", () => import("../commands/history.ts")),
    diff: verb("diff", "show what a beat changed", () => import("../commands/diff.ts")),
    undo: verb("undo", "revert what a beat changed", () => import("../commands/undo.ts")),
    replay: verb(
      "replay",
      "ask a runner again what a beat asked, and change nothing",
      () => import("../commands/replay.ts"),
    ),
    help: verb("help", "show the manual, or help for a command", () => import("../commands/help.ts"), { data: manual }),
    version: verb("version", "print the version", () => import("../commands/version.ts")),
  }),
  ...under("Worker", {
    ask: verb("ask", "ask the person and wait for the answer", () => import("../commands/ask.ts")),
    told: verb("told", "read messages for this worker", () => import("../commands/told.ts")),
    flag: verb("flag", "call the person", () => import("../commands/flag.ts")),
    unflag: verb("unflag", "clear a worker's flag", () => import("../commands/unflag.ts")),
    claim: verb("claim", "take a lease on a name", () => import("../commands/claim.ts")),
    unclaim: verb("unclaim", "release a lease", () => import("../commands/unclaim.ts")),
  }),
  ...hidden({
    __supervise: verb("__supervise", "own one session's terminal", () => import("../commands/internal/supervise.ts")),
    __complete: verb("__complete", "list what can be typed next", () => import("../commands/internal/complete.ts"), {
      data: completer,
    }),
    __draw: verb("__draw", "print a session's screen as JSON", () => import("../commands/internal/draw.ts")),
    _pulse: verb("_pulse", "run the body of `up`", () => import("../commands/internal/pulse.ts")),
    _fmt: verb("_fmt", "print a runner's event stream as text", () => import("../commands/internal/fmt.ts")),
    _cost: verb("_cost", "add one row to the ledger", () => import("../commands/internal/cost.ts")),
    _hook: verb(
      "_hook",
      "send what a hook of a model CLI reports to the worker's supervisor",
      () => import("../commands/internal/hook.ts"),
    ),
    _offline: verb("_offline", "decide by rules, without a model", () => import("../commands/internal/offline.ts")),
    _look: verb("_look", "print what is unfinished in a folder", () => import("../commands/internal/look.ts")),
  }),
});
