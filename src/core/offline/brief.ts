import { isRecord, parseJson } from "../json.ts";

/** What the offline runner understands of a prompt. */
export interface Brief {
  /** Readings by sensor name: the fields of `detail` and `signal` as one object. What is no JSON object is left out. */
  readonly readings: ReadonlyMap<string, Facts>;
  /** The text of all goals. */
  readonly goals: string;
  /** The lines of WHAT CHANGED; undefined on a first beat, when everything is new. */
  readonly changes: readonly string[] | undefined;
  /** The goal a person asked action on, as it stands in the prompt: unchecked. */
  readonly manualGoal: string | undefined;
}

export type Facts = Readonly<Record<string, unknown>>;

/** Reads a decide's prompt back. Undefined when `prompt` is not one of ours. */
export function parseBrief(prompt: string): Brief | undefined {
  const sections = sectionsOf(prompt);
  if (!sections.has("PLAYBOOK")) return undefined;
  const changes = sections.get("WHAT CHANGED");
  const manual = sections.get("MANUAL RUN (human override)")?.join(" ");
  return {
    readings: readingsOf(sections.get("SENSOR READINGS") ?? []),
    goals: (sections.get("GOALS") ?? []).join("\n"),
    changes: changes?.filter((line) => /^[-+~] /.test(line)),
    manualGoal: manual?.match(/goal "([^"]*)"/)?.[1],
  };
}

/** The lines under each `=== TITLE ===`. No line from outside can look like one: the prompt escapes them. */
function sectionsOf(prompt: string): Map<string, string[]> {
  const sections = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of prompt.split("\n")) {
    const title = line.match(/^=== (.+) ===$/)?.[1];
    if (title === undefined) {
      lines.push(line);
      continue;
    }
    lines = [];
    sections.set(title, lines);
  }
  return sections;
}

function readingsOf(lines: readonly string[]): Map<string, Facts> {
  const readings = new Map<string, Facts>();
  const bodies = `\n${lines.join("\n")}`.split(/\n--- /).slice(1);
  for (const body of bodies) {
    const [title = "", ...rest] = body.split("\n");
    const value = parseJson(rest.join("\n"));
    if (isRecord(value)) readings.set(sensorOf(title), factsOf(value));
  }
  return readings;
}

/** `repo` from `repo`, `repo.json` or `sensor-repo.json`. */
function sensorOf(title: string): string {
  return title
    .trim()
    .replace(/^sensor-/, "")
    .replace(/\.json$/, "");
}

/** The fields of a reading as one object, those of `signal` first. */
export function factsOf(reading: Facts): Facts {
  const [detail, signal] = [reading["detail"], reading["signal"]];
  if (!isRecord(signal) && !isRecord(detail)) return reading;
  return { ...(isRecord(detail) ? detail : {}), ...(isRecord(signal) ? signal : {}) };
}
