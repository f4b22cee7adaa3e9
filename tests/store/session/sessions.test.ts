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

const cases: [title: string, meta: string, status: string, standing: string, alive: boolean][] = [
  ["babysit's own, alive by its number", JSON.stringify(meta()), JSON.stringify(status("running")), "running", true],
  [
    "ours, alive",
    JSON.stringify(meta({ owner: "looop", supervisor: me })),
    JSON.stringify(status("running")),
    "running",
    true,
  ],
  [
    "2: ours, its number now another process",
    JSON.stringify(meta({ supervisor: { ...me, startedAt: "1" } })),
    JSON.stringify(status("running")),
    "dead",
    false,
  ],
  [
    "3: ours, of another boot",
    JSON.stringify(meta({ supervisor: { ...me, bootId: "another" } })),
    JSON.stringify(status("running")),
    "dead",
    false,
  ],
  ["owner gone", JSON.stringify(meta({ babysit_pid: 4_194_303 })), JSON.stringify(status("running")), "dead", false],
  ["finished", JSON.stringify(meta()), JSON.stringify(status("exited")), "exited", false],
  ["36: no status yet", JSON.stringify(meta()), "", "starting", true],
  ["36: torn status", JSON.stringify(meta()), '{"state":"run', "starting", true],
  ["36: a state of the future", JSON.stringify(meta()), JSON.stringify(status("dreaming")), "starting", true],
  ["36: torn meta", '{"id":', JSON.stringify(status("running")), "unknown", false],
  ["36: empty files", "", "", "unknown", false],
  ["36: wrong types", '{"id":5}', "[]", "unknown", false],
];

test.each(cases)("readSession() %s", (_title, metaText, statusText, standing, alive) => {
  const here = store();
  mkdirSync(join(here.sessions, "x"), { recursive: true });
  writeFileSync(join(here.sessions, "x/meta.json"), metaText);
  writeFileSync(join(here.sessions, "x/status.json"), statusText);
  expect(readSession(here, "x")).toMatchObject({ standing, isAlive: alive });
});

test("listSessions() lists what it cannot read, and skips what is no folder", () => {
  const here = store();
  for (const id of ["b", "a"]) mkdirSync(join(here.sessions, id), { recursive: true });
  mkdirSync(join(here.sessions, "a/meta.json"));
  writeFileSync(join(here.sessions, "file"), "");
  expect(listSessions(here).map(({ id, standing }) => [id, standing])).toEqual([
    ["a", "unknown"],
    ["b", "unknown"],
  ]);
});

test("socketFolder() falls back to the user's number without HOME", () => {
  expect([socketFolder({ HOME: "/h" }, 7), socketFolder({}, 7)]).toEqual(["/h/.babysit-sockets", "/tmp/babysit-7"]);
});
