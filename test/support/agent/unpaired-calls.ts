// What model servers refuse: a tool result without its call right before it, or a call without its result.
import type { WireMessage } from '../model-server/chat-body';

/** The ids of calls and results that do not stand together; none in a conversation that can be sent. */
export function unpairedCalls(messages: readonly WireMessage[]): string[] {
  const unpaired: string[] = [];
  let open: string[] = [];
  for (const { role, tool_calls = [], tool_call_id = '' } of messages) {
    if (role === 'tool' && open.includes(tool_call_id)) {
      open = open.filter((id) => id !== tool_call_id);
      continue;
    }
    unpaired.push(...open, ...(role === 'tool' ? [tool_call_id] : []));
    open = tool_calls.map(({ id }) => id);
  }
  return [...unpaired, ...open];
}
