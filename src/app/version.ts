import project from "../../package.json" with { type: "json" };

/** The release, as package.json says it. */
export const VERSION: string = project.version;
