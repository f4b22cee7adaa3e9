import { createHash } from "node:crypto";
import type { Sha256 } from "./sys.ts";

/** SHA-256 in this process: never a program on PATH that may be missing. */
export const sha256: Sha256 = (content) => createHash("sha256").update(content).digest("hex");
