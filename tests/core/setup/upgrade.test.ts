/** The way a looop was installed, and the address of the newest one. */
import { expect, test } from "bun:test";
import { installationOf, newestUrl } from "../../../src/core/setup/upgrade.ts";

const paths: [path: string, is: string][] = [
  ["/opt/homebrew/Cellar/looop/0.3.0/bin/looop", "homebrew"],
  ["/home/linuxbrew/.linuxbrew/Cellar/looop/0.3.0/bin/looop", "homebrew"],
  ["/nix/store/abc-looop-0.3.0/bin/looop", "nix"],
  ["/home/you/.local/bin/looop", "script"],
];
test.each(paths)("%s is of %s", (path, is) => expect<string>(installationOf(path, true)).toBe(is));

test("what a runtime runs is source", () => expect(installationOf("/usr/bin/bun", false)).toBe("source"));

const urls: [url: string, newest: string][] = [
  ["https://x.org/o/looop/releases/download/v0.3.0", "https://x.org/o/looop/releases/latest/download"],
  ["https://x.org/looop", "https://x.org/looop"],
];
test.each(urls)("the newest beside %s is at %s", (url, newest) => expect(newestUrl(url)).toBe(newest));
