import type { Sha1 } from "../../core/history/git-objects.ts";
import type { Sha256 } from "../sys.ts";

export const sha256: Sha256 = (content) => new Bun.CryptoHasher("sha256").update(content).digest("hex");
export const sha1: Sha1 = (content) => new Bun.CryptoHasher("sha1").update(content).digest("hex");
