// A piece of the set-up that cannot be had. The message is one a person can act on: what is missing,
// and what to do next. The scripts print it without a stack.
export class SetupError extends Error {
  readonly code = 'SETUP';

  constructor(whatIsMissing: string, whatToDo: string) {
    super(`${whatIsMissing} What to do: ${whatToDo}`);
    this.name = 'SetupError';
  }
}
