// Token counts for the scripted demo, so that the panels have something true to its size to show. They are estimates
// (4 bytes a token), as if a prefix cache had kept the request before; raw_usage says so.
import type { Usage } from '../../../shared/usage';
import { chatRequestBody, plainQuirks } from '../chat-request';
import type { ModelRequest } from '../model';
import type { DemoStep } from './step';

const bytesPerToken = 4;
const cacheUnitTokens = 64;

const tokens = (text: string | Buffer): number => Math.ceil(Buffer.byteLength(text) / bytesPerToken);

export function estimatedUsage(request: ModelRequest, step: DemoStep): Usage {
  const prompt = tokens(chatRequestBody(request, plainQuirks));
  // The request before ended where the last answer begins.
  const before = request.messages.slice(0, Math.max(0, request.messages.findLastIndex(({ role }) => role === 'assistant')));
  const shared = before.length === 0 ? 0 : tokens(chatRequestBody({ ...request, messages: before }, plainQuirks));
  const cache_read = Math.floor(Math.min(shared, prompt) / cacheUnitTokens) * cacheUnitTokens;
  const calls = step.calls.map((call) => call.tool_name + JSON.stringify(call.input)).join('');
  return { input: prompt - cache_read, cache_read, cache_write: 0, output: tokens(step.text + calls), reasoning: tokens(step.reasoning) };
}
