// How a refusal becomes what the model reads.
import type { Refusal } from '../platform/outcome';
import type { ToolPlan, ToolResult } from './tool';

/** The code also stands in the trace, so that refusals can be counted by kind. */
export function failure(error: Refusal): ToolResult {
  return {
    text: `${error.message} ${error.next_step}`,
    is_error: true,
    summary: error.code.replaceAll('_', ' '),
    details: { code: error.code },
  };
}

export function refusedPlan(error: Refusal): Extract<ToolPlan<unknown>, { kind: 'refused' }> {
  return { kind: 'refused', result: failure(error) };
}
