/** An environment for a child process: values by name, empty values included. */
export type Env = Readonly<Record<string, string>>;

/** Returns the value of `name`, or undefined when it is unset or empty. */
export function setting(env: Env, name: string): string | undefined {
  return env[name] || undefined;
}
