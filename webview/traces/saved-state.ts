// What VS Code keeps of the traces view while it is hidden.

export type SavedState = { chat_id: string | null; filter: string; relative: boolean };

/** Whatever was kept, possibly by an earlier version. */
export function savedState(state: unknown): SavedState {
  const kept: Record<string, unknown> = state !== null && typeof state === 'object' ? { ...state } : {};
  const { chat_id, filter, relative } = kept;
  return { chat_id: typeof chat_id === 'string' ? chat_id : null, filter: typeof filter === 'string' ? filter : '', relative: relative === true };
}
