/** An environment: names to values, empty ones included, for children to inherit. */
export type Env = Readonly<Record<string, string>>;

/** The value of `name`, or undefined when it is unset or empty. */
export function setting(env: Env, name: string): string | undefined {
  return env[name] || undefined;
}
