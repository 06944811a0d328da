// Gives tool calls ids that are unique in their session. Models and gateways send empty ids, the same id twice,
// or the same ids in every answer; results are matched by id, so each of those would mix results up.
import type { ToolCall } from '../../shared/events';
import type { ModelMessage } from './model';

export function withUniqueIds(calls: readonly ToolCall[], history: readonly ModelMessage[]): ToolCall[] {
  const used = new Set<string>();
  for (const message of history) {
    if (message.role !== 'assistant') continue;
    for (const call of message.tool_calls) used.add(call.tool_call_id);
  }
  let next = used.size;
  return calls.map((call) => {
    let id = call.tool_call_id;
    while (id === '' || used.has(id)) id = `call_${(next += 1)}`;
    used.add(id);
    return { ...call, tool_call_id: id };
  });
}
