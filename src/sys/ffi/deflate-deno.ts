import { deflateSync } from "node:zlib";
import type { Deflate } from "../sys.ts";

export const deflate: Deflate = (content) => deflateSync(content);
