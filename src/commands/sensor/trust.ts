import { join } from "node:path";
import { defineCommand } from "citty";
import { agreedDigest, type Consent, DIGEST_OPTION } from "../../app/approve-shown.ts";
import { type App, openApp } from "../../app/open.ts";
import { PERSON_OPTION, requirePerson } from "../../app/person.ts";
import { appendPolicyEvent } from "../../app/write-policy.ts";
import { plainLine } from "../../core/text.ts";
import { requireSensor } from "../../store/policy/sensors.ts";
import { trust } from "../../store/policy/trusted.ts";

export const command = defineCommand({
  args: {
    name: { type: "positional", required: true, description: "the sensor, with or without .sh" },
    ...DIGEST_OPTION,
    ...PERSON_OPTION,
  },
  run: ({ args }) =>
    runSensorTrust(openApp(), args.name, { digest: args.digest, isSure: args["yes-i-am-the-person"] === true }),
});

export const manual = {
  about: [
    "Trust means: nobody but you can put words into what this script prints. Its readings then do not taint a beat. It",
    "holds for this file name with exactly these bytes: any change and any copy ends it. A reading made before, by another",
    "script, stays untrusted. What the script reads or calls is not looked at.",
    "This shows the script with hidden characters written out, and asks. In a script of yours, name what you have read by its",
    "digest; without one the error says which to name. Exit 1 when another script stands there. Only the person may do this:",
    "not a worker, not a runner.",
  ].join("\n"),
  examples: [["looop sensor trust disk", "show its script, and trust it"]],
} as const;

/** Records the person's trust in a sensor's script as it is now. */
export async function runSensorTrust(app: App, name: string, consent: Consent): Promise<void> {
  requirePerson(app, "trust a sensor", consent.isSure);
  const { files, clock } = app;
  const paths = app.paths();
  const file = requireSensor(files, paths, name);
  const bytes = files.readBytes(join(paths.sensors, file)) ?? new Uint8Array();
  const sha256 = await agreedDigest(app, { name: `trust sensors/${plainLine(file)}`, bytes }, consent);
  trust(files, paths, { file, sha256, ts: new Date(clock.now()).toISOString(), by: "person" });
  appendPolicyEvent(app, "sensor_trusted", { sensor: file, sha256 });
  app.output.data(`trusted sensors/${file} (${sha256.slice(0, 12)})`);
}
