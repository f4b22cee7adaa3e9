import process from "node:process";
import { run } from "./cli/run.ts";
import { compileHotCode } from "./sys/ffi/hot-code-bun.ts";

const words = process.argv.slice(2);
if (process.versions["deno"] === undefined) compileHotCode(words[0]);
await run(words);
