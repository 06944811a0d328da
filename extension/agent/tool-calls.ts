// Runs the tool calls of one turn: checks, asks, records the start durably, runs, records the end. The caller
// waits for that to be durable before the model hears of it.
// Reads that stand together run together; everything else runs alone and in the model's order.
import * as z from 'zod';
import { json, type Json } from '../../shared/ids';
import type { RunEventBody, ToolCall } from '../../shared/events';
import type { TraceOutcome } from '../../shared/traces';
import type { Usage } from '../../shared/usage';
import { totalTokens } from '../../shared/usage-math';
import type { Tool, ToolContext, ToolPlan, ToolResult } from '../tools/tool';
import { approve } from './approve';
import { askQuestion } from './ask-question';
import type { LoopGuard } from './loop-guard';
import type { RunPorts } from './ports';
import type { RepeatedResults } from './repeated-results';

type FinalOutcome = Exclude<TraceOutcome, 'running'>;

export type TurnOfCalls = { chatId: string; turnNumber: number; llmCallId: string; usage: Usage | null; guard: LoopGuard; repeated: RepeatedResults };

export type ToolCallsReport = {
  /** Calls whose arguments could not be read; several turns in a row of only these end the run. */
  malformed: number;
  denied: number;
  /** Paths that tools have changed. */
  changed: string[];
};

type Checked = { ok: true; tool: Tool; input: unknown } | { ok: false; kind: 'malformed' | 'unknown'; message: string };
type Call = ToolCall & { trace_id: string; checked: Checked; index: number };

export async function runToolCalls(
  ports: RunPorts,
  turn: TurnOfCalls,
  toolCalls: readonly ToolCall[],
  signal: AbortSignal,
): Promise<ToolCallsReport> {
  const report: ToolCallsReport = { malformed: 0, denied: 0, changed: [] };
  const calls = toolCalls.map((call, index): Call => ({ ...call, index, trace_id: ports.newId(), checked: checkCall(ports.tools, call) }));
  report.malformed = calls.filter((call) => !call.checked.ok && call.checked.kind === 'malformed').length;
  for (let next = 0; next < calls.length; ) {
    const group = takeGroup(calls, next);
    next += group.length;
    if (signal.aborted) {
      for (const call of group) recordWithoutRunning(ports, turn, call, 'cancelled', notRun('The user stopped the run before this call.'));
    } else {
      const ends = await Promise.all(group.map((call) => runOne(ports, turn, call, signal)));
      report.denied += ends.filter(({ denied }) => denied).length;
      report.changed.push(...ends.flatMap(({ changed }) => changed));
    }
  }
  return report;
}

/** Each may be a process and a quarter of a megabyte; a model may ask for hundreds. */
const mostTogether = 8;

/** The calls from `from` on that may run together: a stretch of reads, or any one call. */
function takeGroup(calls: readonly Call[], from: number): Call[] {
  const isRead = (call: Call | undefined): boolean => call?.checked.ok === true && call.checked.tool.access === 'read' && call.checked.tool.alone !== true;
  let end = from + 1;
  if (isRead(calls[from])) while (end - from < mostTogether && isRead(calls[end])) end++;
  return calls.slice(from, end);
}

function checkCall(tools: ReadonlyMap<string, Tool>, call: ToolCall): Checked {
  const tool = tools.get(call.tool_name);
  if (!tool) {
    const known = [...tools.keys()].sort().join(', ');
    return { ok: false, kind: 'unknown', message: `There is no tool named "${call.tool_name}". The tools are: ${known}.` };
  }
  let value: unknown;
  try {
    value = JSON.parse(call.arguments.trim() === '' ? '{}' : call.arguments);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      ok: false,
      kind: 'malformed',
      message: `The arguments of ${tool.name} were not valid JSON, so nothing was run (${reason}). Send the whole call again; if it was cut off for length, do it in smaller steps.`,
    };
  }
  const parsed = tool.input.safeParse(withoutNulls(value));
  if (parsed.success) return { ok: true, tool, input: parsed.data };
  return {
    ok: false,
    kind: 'malformed',
    message: `The arguments of ${tool.name} do not fit its schema, so nothing was run:\n${z.prettifyError(parsed.error)}`,
  };
}

/** Some models write null for an optional argument they do not use; no tool takes null for anything. */
function withoutNulls(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null));
}

type CallEnd = { denied: boolean; changed: readonly string[] };
const nothingDone: CallEnd = { denied: false, changed: [] };

async function runOne(ports: RunPorts, turn: TurnOfCalls, call: Call, signal: AbortSignal): Promise<CallEnd> {
  if (!call.checked.ok) {
    recordWithoutRunning(ports, turn, call, 'error', notRun(call.checked.message));
    return nothingDone;
  }
  const { tool, input } = call.checked;
  const context: ToolContext = {
    ...ports.toolContext(turn.chatId, signal, (chunk) => ports.transient({ type: 'tool:output', chat_id: turn.chatId, trace_id: call.trace_id, chunk })),
    ...(ports.attended && { ask: askQuestion(ports, turn.turnNumber, call) }),
  };
  const planned = await guardBugs(ports, tool, () => tool.plan(input, context));
  const plan: ToolPlan<unknown> = 'bug' in planned ? { kind: 'refused', result: planned.bug } : planned.value;
  switch (plan.kind) {
    case 'refused':
      recordWithoutRunning(ports, turn, call, 'error', plan.result);
      return nothingDone;
    case 'ready': {
      if (tool.access !== 'read') throw new Error(`${tool.name} writes or runs commands but planned without an approval`);
      await runApproved(ports, turn, call, tool, plan.prepared, context);
      return nothingDone;
    }
    case 'needs_approval': {
      const approval = await approve(ports, turn.turnNumber, call, tool, plan, signal);
      if (approval.verdict !== 'allow') {
        recordWithoutRunning(ports, turn, call, approval.verdict, notRun(approval.message), approval.events);
        return { denied: approval.verdict === 'denied', changed: [] };
      }
      const prepared = approval.rejectedHunks.length === 0 ? plan.prepared : tool.narrow?.(plan.prepared, approval.rejectedHunks);
      const changes = tool.changes?.(prepared) ?? [];
      ports.record(...approval.events);
      if (changes.length > 0) await ports.checks.beforeWrite(turn, changes, signal);
      const outcome = await runApproved(ports, turn, call, tool, prepared, context);
      return { denied: false, changed: outcome === 'success' ? changes : [] };
    }
  }
}

async function runApproved(
  ports: RunPorts,
  turn: TurnOfCalls,
  call: Call,
  tool: Tool,
  prepared: unknown,
  context: ToolContext,
): Promise<FinalOutcome> {
  const startedAt = ports.nowMicros();
  ports.record(startEvent(turn, call, startedAt));
  await ports.durable();
  const ran = await guardBugs(ports, tool, () => tool.run(prepared, context));
  const result = 'bug' in ran ? ran.bug : ran.value;
  const outcome = context.signal.aborted && result.is_error ? 'cancelled' : result.is_error ? 'error' : 'success';
  const isRead = tool.access === 'read' && tool.alone !== true;
  const given = isRead ? turn.repeated.shortened(call, result, (text) => ports.redact(text)) : result;
  ports.record(completeEvent(turn, call, startedAt, ports.nowMicros(), outcome, guarded(turn, call, result, given)));
  return outcome;
}

/** `given`: what the model gets in place of the result. */
function guarded(turn: TurnOfCalls, call: Call, result: ToolResult, given = result): ToolResult {
  const word = turn.guard.note(call, subjectOf(call), result.text);
  return word === '' ? given : { ...given, text: given.text + word };
}

function subjectOf(call: Call): string {
  return call.checked.ok ? call.checked.tool.subject(call.checked.input) : '';
}

/** A call that ends before it began still has its row: what was asked, and why it did not happen. */
function recordWithoutRunning(
  ports: RunPorts,
  turn: TurnOfCalls,
  call: Call,
  outcome: FinalOutcome,
  result: ToolResult,
  decisions: readonly RunEventBody[] = [],
): void {
  const now = ports.nowMicros();
  ports.record(...decisions, startEvent(turn, call, now), completeEvent(turn, call, now, now, outcome, guarded(turn, call, result)));
}

function startEvent(turn: TurnOfCalls, call: Call, startedAt: number): RunEventBody {
  return {
    type: 'tool_trace:start',
    trace_id: call.trace_id,
    turn_number: turn.turnNumber,
    llm_call_id: turn.llmCallId,
    tool_call_id: call.tool_call_id,
    tool_name: call.tool_name,
    subject: subjectOf(call),
    input: inputOf(call),
    started_at: startedAt,
  };
}

function completeEvent(turn: TurnOfCalls, call: Call, startedAt: number, finishedAt: number, outcome: FinalOutcome, result: ToolResult): RunEventBody {
  const usage = call.index === 0 ? turn.usage : null;
  return {
    type: 'tool_trace:complete',
    trace_id: call.trace_id,
    turn_number: turn.turnNumber,
    tool_call_id: call.tool_call_id,
    tool_name: call.tool_name,
    output: { text: result.text, summary: result.summary, ...(result.details === undefined ? {} : { details: result.details }) },
    outcome,
    error: outcome === 'success' ? null : result.text,
    finished_at: finishedAt,
    latency_ms: (finishedAt - startedAt) / 1000,
    tokens_used: usage && totalTokens(usage),
    cache_tokens: usage && usage.cache_read,
    reasoning_tokens: usage && usage.reasoning,
  };
}

/** The parsed input, or the model's own text where it could not be parsed. */
function inputOf(call: Call): Json {
  if (!call.checked.ok) return call.arguments;
  const parsed = json.safeParse(call.checked.input);
  return parsed.success ? parsed.data : call.arguments;
}

function notRun(text: string): ToolResult {
  return { text, is_error: true, summary: 'not run' };
}

async function guardBugs<T>(ports: RunPorts, tool: Tool, work: () => Promise<T>): Promise<{ value: T } | { bug: ToolResult }> {
  try {
    return { value: await work() };
  } catch (error) {
    ports.reportBug(error, `tool ${tool.name}`);
    const reason = error instanceof Error ? error.message : String(error);
    return { bug: { text: `${tool.name} failed inside BooCode: ${reason}`, is_error: true, summary: 'failed' } };
  }
}
