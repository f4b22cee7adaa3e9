/** How a looop came to where it is, by the path of its program. */
export type Installation = "homebrew" | "nix" | "script" | "source";

/** Tells it from the program's real path; `isCompiled` is false for a runtime with our source. */
export function installationOf(path: string, isCompiled: boolean): Installation {
  if (!isCompiled) return "source";
  if (path.startsWith("/nix/store/")) return "nix";
  return /\/(Cellar|Caskroom)\//.test(path) ? "homebrew" : "script";
}

/** What a person types to upgrade what looop must not touch itself. */
export const UPGRADE: Readonly<Record<Exclude<Installation, "script">, string>> = {
  homebrew: "brew upgrade looop",
  nix: "nix profile upgrade looop",
  source: "git pull && npm run build",
};

/** Where the newest release lies, given where this one did. A place that tells no releases apart is itself the newest. */
export function newestUrl(url: string): string {
  return url.replace(/\/download\/v[^/]+\/?$/, "/latest/download");
}
