import { isRecord, parseJson } from "../json.ts";

/** The parts of a prompt that the offline runner understands. */
export interface Brief {
  /** Readings by sensor name. A reading that is not a JSON object is left out. */
  readonly readings: ReadonlyMap<string, ReadingFields>;
  /** The text of all goals. */
  readonly goals: string;
  /** The lines of WHAT CHANGED; undefined on a first beat, when everything is new. */
  readonly changes: readonly string[] | undefined;
  /** The goal of a manual run, as the prompt spells it; not checked. */
  readonly manualGoal: string | undefined;
}

/** The fields of a reading, those of `detail` and `signal` as one object. */
export type ReadingFields = Readonly<Record<string, unknown>>;

/** Parses a prompt. Returns undefined for a text that is not a prompt of looop. */
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

/** Returns the lines under each `=== TITLE ===`. The prompt escapes such lines in texts from outside. */
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

function readingsOf(lines: readonly string[]): Map<string, ReadingFields> {
  const readings = new Map<string, ReadingFields>();
  const bodies = `\n${lines.join("\n")}`.split(/\n--- /).slice(1);
  for (const body of bodies) {
    const [title = "", ...rest] = body.split("\n");
    const value = parseJson(rest.join("\n"));
    if (isRecord(value)) readings.set(sensorOf(title), fieldsOf(value));
  }
  return readings;
}

/** Returns `repo` for the titles `repo`, `repo.json` and `sensor-repo.json`. */
function sensorOf(title: string): string {
  return title
    .trim()
    .replace(/^sensor-/, "")
    .replace(/\.json$/, "");
}

/** Returns the fields of a reading as one object. A field in both `signal` and `detail` has the value of `signal`. */
export function fieldsOf(reading: ReadingFields): ReadingFields {
  const [detail, signal] = [reading["detail"], reading["signal"]];
  if (!isRecord(signal) && !isRecord(detail)) return reading;
  return { ...(isRecord(detail) ? detail : {}), ...(isRecord(signal) ? signal : {}) };
}
