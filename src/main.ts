import process from "node:process";
import { run } from "./cli/run.ts";
import { compileHotCodeLater } from "./sys/hot-code-bun.ts";

if (process.versions["deno"] === undefined) compileHotCodeLater();
process.exitCode = await run(process.argv.slice(2));
