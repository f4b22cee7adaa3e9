import type { Candidate, LiveKind } from "../../core/cli/candidate.ts";
import { isBareId } from "../../core/names.ts";
import { statusWords } from "../../core/session/session.ts";
import { byUrgency } from "../../core/session/table.ts";
import { clip, plainLine } from "../../core/text.ts";
import { shortId } from "../../store/session/find-session.ts";
import type { App } from "../open.ts";

/** Returns the existing names of a kind, for shell completion. It asks no other process. */
export async function liveNames(app: App, kind: LiveKind): Promise<Candidate[]> {
  const { files } = app;
  const paths = app.paths();
  // Skips files whose names no verb accepts.
  const plain = (values: readonly string[]) => values.filter(isBareId).map((value) => ({ value }));
  switch (kind) {
    case "session":
      return sessions(app, () => true);
    case "worker":
      return sessions(app, (isAlive) => isAlive);
    case "goal":
      return plain((await import("../../store/policy/goals.ts")).goalIds(files, paths.goals));
    case "sensor":
      return plain((await import("../../store/policy/sensors.ts")).sensorFiles(files, paths));
    case "playbook":
      return plain((await import("../../store/policy/playbook.ts")).playbookVersions(files, paths));
    case "claim":
      return plain((await import("../../store/session/claims.ts")).readClaims({ files, paths }).map(({ id }) => id));
    case "schedule":
      return plain((await import("../../store/policy/schedules.ts")).scheduleNames(files, paths));
    case "beat":
      return plain((await import("../../store/beat/runs.ts")).listRuns(files, paths));
    case "ask": {
      const { pending } = (await import("../../store/mailbox/asks.ts")).readAsks({ files, paths });
      return pending.map(({ id, prompt }) => ({ value: id, text: line(prompt) }));
    }
    case "recipe":
      return plain(Object.keys((await import("../../core/recipe/catalog.ts")).RECIPES));
    case "runner":
      return runners(app);
  }
}

async function sessions(app: App, isWanted: (isAlive: boolean) => boolean): Promise<Candidate[]> {
  const { openSessions } = await import("./open-sessions.ts");
  const { listSessions } = await import("../../store/session/sessions.ts");
  const wanted = listSessions(await openSessions(app)).filter(({ isAlive }) => isWanted(isAlive));
  return wanted.sort(byUrgency).map((session) => ({
    value: shortId(session.id),
    text: session.note ? `⚑ ${line(session.note)}` : statusWords(session),
  }));
}

async function runners(app: App): Promise<Candidate[]> {
  const { config } = await (await import("../../store/read-config.ts")).readConfig(app.files, app.paths());
  return Object.keys(config.runners).map((value) => ({ value }));
}

function line(text: string): string {
  return clip(plainLine(text), 80);
}
