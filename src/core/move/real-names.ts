import type { Aliases } from "../gate/aliases.ts";
import type { Move } from "./move.ts";

/** A move with the real names, and whether it had an alias. */
export interface NamedMove {
  readonly move: Move;
  readonly hadAlias: boolean;
}

/** Gives a proposed move the real names in place of the aliases that its decider was shown. */
export function withRealNames(move: Move, names: Aliases): NamedMove {
  const given = namesIn(move);
  if (!given.some((name) => names.isAlias(name))) return { move, hadAlias: false };
  const real = (name: string) => names.real(name);
  if ("id" in move) return { move: { ...move, id: real(move.id) }, hadAlias: true };
  if ("name" in move) return { move: { ...move, name: real(move.name) }, hadAlias: true };
  return move.action === "look"
    ? { move: { ...move, readings: move.readings.map(real) }, hadAlias: true }
    : { move, hadAlias: false };
}

function namesIn(move: Move): readonly string[] {
  if ("id" in move) return [move.id];
  if ("name" in move) return [move.name];
  return move.action === "look" ? move.readings : [];
}
