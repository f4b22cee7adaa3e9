import project from "../../package.json" with { type: "json" };

/** The version in package.json. */
export const VERSION: string = project.version;

/** The URL of this release's files, set when a release is built (tools/compile.ts). */
declare const LOOOP_RELEASE_URL: string | undefined;

/** The URL this release came from; undefined when it was built without one and when it runs from source. */
export const RELEASE_URL: string | undefined = typeof LOOOP_RELEASE_URL === "string" ? LOOOP_RELEASE_URL : undefined;
