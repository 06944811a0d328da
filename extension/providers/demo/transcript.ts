// What the demo knows: the calls made since the person last wrote, with their results, read from the messages alone.
import type { ModelMessage } from '../model';

export type DoneCall = { tool_name: string; arguments: string; result: string };

export function callsSinceUser(messages: readonly ModelMessage[]): DoneCall[] {
  const start = messages.findLastIndex(({ role }) => role === 'user') + 1;
  const done: DoneCall[] = [];
  const places = new Map<string, DoneCall>();
  for (const message of messages.slice(start)) {
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
