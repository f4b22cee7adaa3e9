import type { Sha256 } from "./sys.ts";

export const sha256: Sha256 = (content) => new Bun.CryptoHasher("sha256").update(content).digest("hex");
