import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { type SessionStore, socketFolder } from "../../../src/store/session/session-paths.ts";
import { listSessions, readSession } from "../../../src/store/session/sessions.ts";
import { files } from "../../../src/sys/files.ts";
import { processes } from "../../../src/sys/process/identity.ts";
import { profile } from "../../support/program/profile.ts";

function store(): SessionStore {
  const { data, home } = profile();
  return { files, processes, sessions: join(data, "sessions"), finished: join(data, "finished"), sockets: home };
}

const NOW = "2026-07-22T01:02:03.123456789Z";
const me = processes.identify(process.pid);
const meta = (more: object = {}) => ({ id: "x", cmd: ["a"], babysit_pid: process.pid, started_at: NOW, ...more });
const status = (state: string) => ({ state, child_pid: 5, exit_code: null, last_change: NOW });

const cases: [title: string, meta: string, status: string, state: string, alive: boolean][] = [
  [
    "reads another program's session as alive by its pid",
    JSON.stringify(meta()),
    JSON.stringify(status("running")),
    "running",
    true,
  ],
  [
    "reads a session of looop's as alive",
    JSON.stringify(meta({ owner: "looop", supervisor: me })),
    JSON.stringify(status("running")),
    "running",
    true,
  ],
  [
    "reads a session as dead when its pid is now another process",
    JSON.stringify(meta({ supervisor: { ...me, startedAt: "1" } })),
    JSON.stringify(status("running")),
    "dead",
    false,
  ],
  [
    "reads a session of another boot as dead",
    JSON.stringify(meta({ supervisor: { ...me, bootId: "another" } })),
    JSON.stringify(status("running")),
    "dead",
    false,
  ],
  [
    "reads a session whose owner is gone as dead",
    JSON.stringify(meta({ babysit_pid: 4_194_303 })),
    JSON.stringify(status("running")),
    "dead",
    false,
  ],
  ["finished", JSON.stringify(meta()), JSON.stringify(status("exited")), "exited", false],
  ["reads a session without a status as starting", JSON.stringify(meta()), "", "starting", true],
  ["reads a session with a torn status as starting", JSON.stringify(meta()), '{"state":"run', "starting", true],
  [
    "reads a session with an unknown state as starting",
    JSON.stringify(meta()),
    JSON.stringify(status("dreaming")),
    "starting",
    true,
  ],
  ["reads a session with a torn meta as unknown", '{"id":', JSON.stringify(status("running")), "unknown", false],
  ["reads a session with empty files as unknown", "", "", "unknown", false],
  ["36: wrong types", '{"id":5}', "[]", "unknown", false],
];

test.each(cases)("readSession() %s", (_title, metaText, statusText, state, alive) => {
  const here = store();
  mkdirSync(join(here.sessions, "x"), { recursive: true });
  writeFileSync(join(here.sessions, "x/meta.json"), metaText);
  writeFileSync(join(here.sessions, "x/status.json"), statusText);
  expect(readSession(here, "x")).toMatchObject({ state, isAlive: alive });
});

test("listSessions() lists sessions that it cannot read, and skips files", () => {
  const here = store();
  for (const id of ["b", "a"]) mkdirSync(join(here.sessions, id), { recursive: true });
  mkdirSync(join(here.sessions, "a/meta.json"));
  writeFileSync(join(here.sessions, "file"), "");
  expect(listSessions(here).map(({ id, state }) => [id, state])).toEqual([
    ["a", "unknown"],
    ["b", "unknown"],
  ]);
});

test("socketFolder() falls back to the user id without HOME", () => {
  expect([socketFolder({ HOME: "/h" }, 7), socketFolder({}, 7)]).toEqual(["/h/.babysit-sockets", "/tmp/babysit-7"]);
});
