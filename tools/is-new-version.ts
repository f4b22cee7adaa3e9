/** Prints for a workflow if package.json's version has no tag yet: `version=…`, `is_new=true|false`. */
import { spawnSync } from "node:child_process";
import process from "node:process";
import manifest from "../package.json" with { type: "json" };
import { ROOT } from "./project.ts";

const { status, stdout } = spawnSync("git", ["tag", "--list", `v${manifest.version}`], { cwd: ROOT, encoding: "utf8" });
if (status !== 0) throw new Error("Cannot tell the tags: git tag failed\n  hint: Run it in a clone with its tags");
process.stdout.write(`version=${manifest.version}\nis_new=${stdout.trim() === ""}\n`);
