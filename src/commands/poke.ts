import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { EXIT, type ExitCode, LooopError } from "../core/error.ts";
import { quoted } from "../core/names.ts";
import { commandPrefix } from "../store/paths.ts";
import { poke } from "../store/pokes.ts";
import { livePulse } from "../store/pulse-state.ts";

export const command = defineCommand({
  args: {
    sensors: {
      type: "positional",
      required: false,
      description: "sensors to run even if their interval is not over",
      valueHint: "...",
    },
  },
  run: ({ args }) => runPoke(openApp(), args._),
});

export const manual = {
  about: [
    "Makes the pulse look at once instead of after its interval. It only senses sooner: when nothing changed, nothing is spent.",
    "Beats are at least 5 seconds apart. Exit code 8 when no pulse runs.",
  ].join("\n"),
  examples: [
    ["looop poke", "sense now"],
    ["looop poke github", "sense now, and run this sensor even if its interval is not over"],
  ],
} as const;

/** Requests a beat. Throws (exit 4) for an unknown sensor, (exit 8) without a pulse. */
export function runPoke(app: App, sensors: readonly string[]): ExitCode {
  const paths = app.paths();
  const known = new Set(app.files.list(paths.sensors).flatMap((file) => [file, file.replace(/\.sh$/, "")]));
  const unknown = sensors.find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw new LooopError({
      message: `Cannot poke ${quoted(unknown)}: no such sensor`,
      hint: "See them with `looop sensor list`",
      exit: EXIT.notFound,
    });
  }
  if (livePulse(app.files, app.processes, paths) === undefined) {
    throw new LooopError({
      message: "Cannot poke: no pulse runs",
      hint: `Start it with \`${commandPrefix(paths)}looop up\`, or run one beat with \`${commandPrefix(paths)}looop tick\``,
      exit: EXIT.pulseDown,
    });
  }
  poke(app.files, paths, sensors);
  app.output.data("poked: the pulse looks now");
  return EXIT.ok;
}
