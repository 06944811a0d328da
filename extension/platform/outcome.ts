// What a call that may be refused gives back. A refusal is ordinary data: what happened, and what to do next.

export type Refusal<Code extends string = string> = {
  /** Stable, for code. */
  code: Code;
  /** What happened: one sentence. */
  message: string;
  /** What to do instead: one sentence. */
  next_step: string;
};

export type Outcome<Value, Code extends string = string> = { ok: true; value: Value } | { ok: false; error: Refusal<Code> };

export function refuse<Code extends string>(code: Code, message: string, next_step: string): { ok: false; error: Refusal<Code> } {
  return { ok: false, error: { code, message, next_step } };
}

/** The `code` of a Node system error (`ENOENT`), or '' when it is something else. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
