import { createHash } from "node:crypto";
import type { Sha1 } from "../../core/history/git-objects.ts";
import type { Sha256 } from "../sys.ts";

export const sha256: Sha256 = (content) => createHash("sha256").update(content).digest("hex");
export const sha1: Sha1 = (content) => createHash("sha1").update(content).digest("hex");
