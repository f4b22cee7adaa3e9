/** The way a looop was installed. */
export type Installation = "homebrew" | "nix" | "script" | "source";

/** Returns it from the program's real path; `isCompiled` is false when a runtime runs our source. */
export function installationOf(path: string, isCompiled: boolean): Installation {
  if (!isCompiled) return "source";
  if (path.startsWith("/nix/store/")) return "nix";
  return /\/(Cellar|Caskroom)\//.test(path) ? "homebrew" : "script";
}

/** The command to upgrade an installation that looop must not change itself. */
export const UPGRADE: Readonly<Record<Exclude<Installation, "script">, string>> = {
  homebrew: "brew upgrade looop",
  nix: "nix profile upgrade looop",
  source: "git pull && npm run build",
};

/** Returns the address of the newest release from the address of this one. An address without a version is the newest. */
export function newestUrl(url: string): string {
  return url.replace(/\/download\/v[^/]+\/?$/, "/latest/download");
}
