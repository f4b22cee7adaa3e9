import type { HookReport } from "../session/waiting.ts";
import { CLAUDE } from "./claude.ts";
import { CODEX } from "./codex.ts";
import { OFFLINE } from "./offline.ts";
import { OPENCODE } from "./opencode.ts";
import { PI } from "./pi.ts";
import type { Runner, RunnerHooks, RunnerKind } from "./runner.ts";

/** The runners that need no configuration, in the order in which looop looks for them. */
export const KINDS: readonly RunnerKind[] = [CLAUDE, PI, CODEX, OPENCODE, OFFLINE];

/** Their commands by name. A config may replace each command. */
export const BUILT_IN: Readonly<Record<string, Runner>> = Object.fromEntries(
  KINDS.map(({ name, commands }) => [name, commands]),
);

/** The command that installs each model CLI, by the name of its program. */
export const INSTALL: Readonly<Record<string, string>> = Object.fromEntries(
  KINDS.flatMap(({ name, install }) => (install === undefined ? [] : [[name, install]])),
);

/** The model CLIs in words: `claude, pi, codex and opencode`, with `or` in place of `and` where that is given. */
export function cliNames(last: "and" | "or"): string {
  const names = Object.keys(INSTALL);
  return `${names.slice(0, -1).join(", ")} ${last} ${names.at(-1)}`;
}

/** Returns the `default` of a new config: the first model CLI that is installed, else claude. */
export function defaultRunner(isInstalled: (program: string) => boolean): string {
  return Object.keys(INSTALL).find(isInstalled) ?? CLAUDE.name;
}

/** True when a command costs nothing, because it starts looop's own rules, which call no model. */
export function isFree(command: string): boolean {
  return Object.values(OFFLINE.commands).includes(command);
}

/** True when a shell command names a program that lets the model read files while it decides. */
export function readsFiles(command: string): boolean {
  return KINDS.some((kind) => kind.readsFiles === true && names(command, kind));
}

/** True when a shell command names a program that reports its usage by telemetry. */
export function isMetered(command: string): boolean {
  return KINDS.some((kind) => kind.telemetry !== undefined && names(command, kind));
}

/** Returns the runners with hooks whose programs a shell command names. */
export function hooksFor(command: string): RunnerHooks[] {
  return KINDS.flatMap((kind) => (kind.hooks !== undefined && names(command, kind) ? [kind.hooks] : []));
}

/**
 * Returns the command that logs in to a runner, when `error` says that its login is missing or expired. An unknown name is
 * a runner of the person's own, which looop cannot log in to.
 */
export function loginFor(runner: string | undefined, error: string): string | undefined {
  const login = KINDS.find(({ name }) => name === runner)?.login;
  return login?.errors.test(error) === true ? login.command : undefined;
}

/** Reads what a hook of the runner `name` reported; undefined when it says nothing about waiting. */
export function readHook(name: string, payload: unknown): HookReport | undefined {
  return KINDS.find((kind) => kind.name === name)?.hooks?.read?.(payload);
}

function names(command: string, { name }: RunnerKind): boolean {
  return new RegExp(`\\b${name}\\b`).test(command);
}
