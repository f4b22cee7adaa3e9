import type { Fleet } from "../core/session.ts";

/** No workers. */
export const noFleet: Fleet = { workers: () => [] };
