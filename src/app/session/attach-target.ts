import { setting } from "../../core/env.ts";
import { DETACH_KEYS } from "../../core/session/keyboard/detach-keys.ts";
import type { Session } from "../../core/session/session.ts";
import { shortId } from "../../store/session/find-session.ts";
import type { AttachTarget } from "../../supervise/attach/attach.ts";
import type { App } from "../open.ts";

/** Returns the terms on which this terminal is attached to a session. */
export async function attachTarget(app: App, session: Session, isReadOnly: boolean): Promise<AttachTarget> {
  const hasTitle = !["", "dumb", "linux"].includes(setting(app.env, "TERM") ?? "");
  return {
    title: hasTitle ? shortId(session.id) : undefined,
    size: session.status?.size,
    isOurs: session.isOurs,
    isReadOnly,
    detachKeys: await detachKeys(app),
  };
}

/** Returns the keys that detach. The config is parsed only when it names some: parsing would delay every attach. */
async function detachKeys(app: App): Promise<string> {
  const { config, oldConfig } = app.paths();
  const text = app.files.read(config) ?? (oldConfig === undefined ? undefined : app.files.read(oldConfig));
  if (!/^[^#\n]*\bdetach"?\s*[=:]/m.test(text ?? "")) return DETACH_KEYS;
  const { readConfig } = await import("../../store/read-config.ts");
  return (await readConfig(app.files, app.paths())).config.detachKeys;
}
