import { join } from "node:path";
import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import { PERSON_OPTION, requirePerson } from "../../app/person.ts";
import { appendPolicyEvent } from "../../app/write-policy.ts";
import { bareId } from "../../core/names.ts";
import { findSensorFile, sensorFiles } from "../../store/policy/sensors.ts";
import { untrust } from "../../store/policy/trusted.ts";

export const command = defineCommand({
  args: {
    name: { type: "positional", required: true, description: "the sensor, with or without .sh" },
    ...PERSON_OPTION,
  },
  run: ({ args }) => runSensorUntrust(openApp(), args.name, args["yes-i-am-the-person"] === true),
});

export const manual = { examples: [["looop sensor untrust disk", "let its readings taint a beat again"]] } as const;

/** Ends the trust in a sensor's script, also when the file is gone. */
export async function runSensorUntrust(app: App, name: string, isSure: boolean): Promise<void> {
  requirePerson(app, "end the trust in a sensor", isSure);
  const { files } = app;
  const paths = app.paths();
  const file = findSensorFile(sensorFiles(files, paths), bareId("sensor", name)) ?? name;
  const bytes = files.readBytes(join(paths.sensors, file));
  const sha256 = bytes === undefined ? undefined : (await app.sha256())(bytes);
  const wasTrusted = untrust(files, paths, file, sha256);
  if (wasTrusted) appendPolicyEvent(app, "sensor_untrusted", { sensor: file });
  app.output.data(wasTrusted ? `sensors/${file} is not trusted any more` : `sensors/${file} was not trusted`);
}
