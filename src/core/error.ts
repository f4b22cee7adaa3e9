/** Exit codes. Scripts depend on them: add, never renumber. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  setup: 3,
  notFound: 4,
  busy: 5,
  timeout: 6,
  held: 7,
  pulseDown: 8,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export interface Problem {
  /** "Cannot <verb> <thing>: <state found>", no full stop. */
  readonly message: string;
  /** The next thing to type, or to do. */
  readonly hint: string;
  readonly exit: ExitCode;
  readonly cause?: unknown;
}

/** The only error that is thrown on purpose. Any other exception is a bug. */
export class LooopError extends Error {
  readonly hint: string;
  readonly exit: ExitCode;

  constructor(problem: Problem) {
    super(problem.message, problem.cause === undefined ? undefined : { cause: problem.cause });
    this.name = "LooopError";
    this.hint = problem.hint;
    this.exit = problem.exit;
  }
}

/** Rethrows anything but a {@linkcode LooopError}: it is a bug, and may crash. */
export function expected(error: unknown): asserts error is LooopError {
  if (!(error instanceof LooopError)) throw error;
}
