// What the demo knows: the calls made since the person last wrote, with their results, read from the messages alone.
import type { ModelMessage } from '../model';

export type DoneCall = { tool_name: string; arguments: string; result: string };

export function callsSinceUser(messages: readonly ModelMessage[]): DoneCall[] {
  const done: DoneCall[] = [];
  const places = new Map<string, DoneCall>();
  for (const message of sinceUser(messages)) {
    if (message.role === 'assistant') {
      for (const { tool_call_id, tool_name, arguments: text } of message.tool_calls) {
        const call = { tool_name, arguments: text, result: '' };
        places.set(tool_call_id, call);
        done.push(call);
      }
    } else if (message.role === 'tool') {
      const call = places.get(message.tool_call_id);
      if (call) call.result = message.text;
    }
  }
  return done;
}

export type CheckWord = 'passed' | 'failed' | 'refused';

/** What auto-fix said of a change since the person last wrote; null when it said nothing, or that nothing is known. */
export function checkWord(messages: readonly ModelMessage[]): CheckWord | null {
  const said = sinceUser(messages).findLast(isAutoFix);
  if (said?.role !== 'user') return null;
  if (/^\[Auto-fix\] .*\bpassed\b/.test(said.text)) return 'passed';
  if (said.text.includes('was not allowed to run')) return 'refused';
  return said.text.startsWith('[Auto-fix, round') ? 'failed' : null;
}

function sinceUser(messages: readonly ModelMessage[]): readonly ModelMessage[] {
  return messages.slice(messages.findLastIndex((message) => message.role === 'user' && !isAutoFix(message)) + 1);
}

/** It speaks in the place of the person. */
function isAutoFix(message: ModelMessage): boolean {
  return message.role === 'user' && message.text.startsWith('[Auto-fix');
}

export function wasRefused(call: DoneCall): boolean {
  return /^.{0,40}\b(refused|denied)\b/i.test(call.result);
}

export type TestRun = 'passed' | 'failed' | 'unknown';

/** Reads the summary of Node's test runner in either of its formats, else the exit code that was reported. */
export function testOutcome(result: string): TestRun {
  const failures = /^(?:#|ℹ) fail (\d+)/m.exec(result)?.[1] ?? /\bexit(?:ed)?\b[^\d\n-]{0,20}(-?\d+)/i.exec(result)?.[1];
  if (failures === undefined) return 'unknown';
  return Number(failures) === 0 ? 'passed' : 'failed';
}

export function failingTests(result: string): string[] {
  const names = [...result.matchAll(/^\s*(?:not ok \d+ - |✖ )(.+?)(?: \([\d.]+ms\))?\s*$/gm)].map(([, name]) => name ?? '');
  return [...new Set(names)].filter((name) => !/^(failing tests:|test\/|.*\.test\.js$)/.test(name));
}
