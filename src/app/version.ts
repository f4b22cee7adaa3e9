import project from "../../package.json" with { type: "json" };

/** The release, as package.json says it. */
export const VERSION: string = project.version;

/** Where the files of this release lie; a release's build says so (tools/compile.ts). */
declare const LOOOP_RELEASE_URL: string | undefined;

/** Where this release came from, or undefined for one that was built for no place, and from source. */
export const RELEASE_URL: string | undefined = typeof LOOOP_RELEASE_URL === "string" ? LOOOP_RELEASE_URL : undefined;
