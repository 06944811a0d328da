// How long what is sent is, in bytes: what tokens are estimated from where no API has counted them.
import type { ModelMessage, ToolSchema } from '../providers/model';
import { systemPrompt } from './system-prompt';

/** On the safe side: English text and code come to about four. */
const bytesPerToken = 3;
/** The wire form around a message: role, ids, quotes. */
const wrapperBytes = 40;

export function messageBytes(message: ModelMessage): number {
  switch (message.role) {
    case 'user':
      return wrapperBytes + Buffer.byteLength(message.text) + Buffer.byteLength(message.context ?? '');
    case 'tool':
      return wrapperBytes + Buffer.byteLength(message.text);
    case 'assistant': {
      const calls = message.tool_calls.reduce((sum, call) => sum + call.tool_name.length + Buffer.byteLength(call.arguments), 0);
      return unwrittenBytes(message) + Buffer.byteLength(message.text) + Buffer.byteLength(message.reasoning) + calls;
    }
  }
}

/** What is sent of an answer around what the model wrote. */
export function unwrittenBytes({ tool_calls }: Extract<ModelMessage, { role: 'assistant' }>): number {
  return wrapperBytes * (1 + tool_calls.length);
}

const ofTools = new WeakMap<readonly ToolSchema[], number>();

/** What stands before the messages: the system prompt and the tools. */
export function openingBytes(tools: readonly ToolSchema[]): number {
  let bytes = ofTools.get(tools);
  if (bytes === undefined) {
    bytes = Buffer.byteLength(systemPrompt) + Buffer.byteLength(JSON.stringify(tools));
    ofTools.set(tools, bytes);
  }
  return bytes;
}

export function tokensOfBytes(bytes: number): number {
  return Math.ceil(bytes / bytesPerToken);
}
