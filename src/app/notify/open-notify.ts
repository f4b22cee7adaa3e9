import { dirname } from "node:path";
import { expected } from "../../core/error.ts";
import type { InboxItem } from "../../core/inbox/item.ts";
import type { Notifier, NotifierDeps } from "./notifier.ts";

/** Returns a function that sends the inbox if the config has a `[notify]`. Without one, nothing of it is loaded. */
export function openNotify(deps: Omit<NotifierDeps, "configFolder" | "folder">): (items: readonly InboxItem[]) => void {
  let notifier: Notifier | undefined;
  const send = async (items: readonly InboxItem[]) => {
    if ((await deps.config()).notify === undefined) return;
    if (notifier === undefined) {
      const { Notifier } = await import("./notifier.ts");
      notifier ??= new Notifier({ ...deps, configFolder: dirname(deps.paths.config), folder: deps.paths.data });
    }
    notifier.update(items);
  };
  return (items) => {
    // The beat has said already that the config is broken.
    void send(items).catch((error: unknown) => expected(error));
  };
}
