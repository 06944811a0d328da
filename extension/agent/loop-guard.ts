// Notices when the model makes the same call with the same result turn after turn: first with a word to it, then by
// ending the run. One a run.
import { createHash } from 'node:crypto';
import type { RunError, ToolCall } from '../../shared/events';

const warnAt = 3;
const endAt = 8;

export class LoopGuard {
  /** In how many turns in a row each call of the turn before came to the same, and of this turn so far. */
  #before = new Map<string, number>();
  #now = new Map<string, number>();
  #worst: { call: ToolCall; subject: string; times: number } | null = null;

  startTurn(): void {
    this.#before = this.#now;
    this.#now = new Map();
  }

  /** What is said to the model below the result; empty as long as nothing repeats itself. */
  note(call: ToolCall, subject: string, result: string): string {
    const key = createHash('sha256').update(JSON.stringify([call.tool_name, call.arguments, result])).digest('base64');
    const times = (this.#before.get(key) ?? 0) + 1;
    this.#now.set(key, times);
    if (times < warnAt) return '';
    if (times > (this.#worst?.times ?? 0)) this.#worst = { call, subject, times };
    const end = endAt - times > 0 ? `After ${endAt} times the run is ended.` : 'The run ends here.';
    return `\n[You have made this very call ${times} turns in a row with this very result. It will not change by itself: do something else, or say what keeps you. ${end}]`;
  }

  /** Why the run has to end, or null. */
  get verdict(): RunError | null {
    if (this.#worst === null || this.#worst.times < endAt) return null;
    const { call, subject, times } = this.#worst;
    const what = subject === '' ? call.tool_name : `${call.tool_name} ${subject}`;
    return {
      code: 'repeated_call',
      message: `The run was stopped: the model made the same call ${times} turns in a row with the same result (${what}).`,
      next_step: 'Say what to do instead, or choose another model, and send a message to go on.',
    };
  }
}
