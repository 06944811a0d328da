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
import { decideByPolicy } from './approval-policy';
import type { RunPorts } from './ports';

type FinalOutcome = Exclude<TraceOutcome, 'running'>;

export type TurnOfCalls = { chatId: string; turnNumber: number; llmCallId: string; usage: Usage | null };

export type ToolCallsReport = {
  /** Calls whose arguments could not be read; several turns in a row of only these end the run. */
  malformed: number;
  denied: number;
};

type Checked = { ok: true; tool: Tool; input: unknown } | { ok: false; kind: 'malformed' | 'unknown'; message: string };
type Call = ToolCall & { trace_id: string; checked: Checked; index: number };

export async function runToolCalls(
  ports: RunPorts,
  turn: TurnOfCalls,
  toolCalls: readonly ToolCall[],
  signal: AbortSignal,
): Promise<ToolCallsReport> {
  const report: ToolCallsReport = { malformed: 0, denied: 0 };
  const calls = toolCalls.map((call, index): Call => ({ ...call, index, trace_id: ports.newId(), checked: checkCall(ports.tools, call) }));
  report.malformed = calls.filter((call) => !call.checked.ok && call.checked.kind === 'malformed').length;
  for (let next = 0; next < calls.length; ) {
    const group = takeGroup(calls, next);
    next += group.length;
    if (signal.aborted) {
      for (const call of group) recordWithoutRunning(ports, turn, call, 'cancelled', notRun('The user stopped the run before this call.'));
    } else {
      const denied = await Promise.all(group.map((call) => runOne(ports, turn, call, signal)));
      report.denied += denied.filter(Boolean).length;
    }
  }
  return report;
}

/** The calls from `from` on that may run together: a stretch of reads, or any one call. */
function takeGroup(calls: readonly Call[], from: number): Call[] {
  const isRead = (call: Call | undefined): boolean => call?.checked.ok === true && call.checked.tool.access === 'read';
  let end = from + 1;
  if (isRead(calls[from])) while (isRead(calls[end])) end++;
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

/** Resolves to whether the call was denied. */
async function runOne(ports: RunPorts, turn: TurnOfCalls, call: Call, signal: AbortSignal): Promise<boolean> {
  if (!call.checked.ok) {
    recordWithoutRunning(ports, turn, call, 'error', notRun(call.checked.message));
    return false;
  }
  const { tool, input } = call.checked;
  const context = ports.toolContext(signal, (chunk) =>
    ports.transient({ type: 'tool:output', chat_id: turn.chatId, trace_id: call.trace_id, chunk }),
  );
  const plan = await guardBugs(ports, tool, () => tool.plan(input, context));
  if ('bug' in plan) {
    recordWithoutRunning(ports, turn, call, 'error', plan.bug);
    return false;
  }
  if (plan.value.kind === 'refused') {
    recordWithoutRunning(ports, turn, call, 'error', plan.value.result);
    return false;
  }
  const approval = await approve(ports, turn, call, tool, plan.value, signal);
  if (approval.verdict !== 'allow') {
    recordWithoutRunning(ports, turn, call, approval.verdict, notRun(approval.message), approval.events);
    return approval.verdict === 'denied';
  }
  await runApproved(ports, turn, call, tool, plan.value.prepared, context, approval.events);
  return false;
}

type Approval =
  | { verdict: 'allow'; events: RunEventBody[] }
  | { verdict: 'denied' | 'cancelled'; message: string; events: RunEventBody[] };

/** `events` are decisions still to be recorded, in the same record as what follows from them. */
async function approve(
  ports: RunPorts,
  turn: TurnOfCalls,
  call: Call,
  tool: Tool,
  plan: Exclude<ToolPlan<unknown>, { kind: 'refused' }>,
  signal: AbortSignal,
): Promise<Approval> {
  const mode = ports.approvalMode();
  const isProtected = plan.kind === 'needs_approval' && plan.protected_reason !== null;
  if (plan.kind === 'ready') {
    if (tool.access === 'read') return { verdict: 'allow', events: [] };
    throw new Error(`${tool.name} writes or runs commands but planned without an approval`);
  }
  const approval_id = ports.newId();
  const request: RunEventBody = {
    type: 'approval:request',
    approval_id,
    turn_number: turn.turnNumber,
    tool_call_id: call.tool_call_id,
    tool_name: tool.name,
    title: plan.title,
    reason: plan.protected_reason ?? '',
    subject: bounded(plan.subject),
  };
  const decided = (decision: 'allow' | 'allow_session' | 'deny' | 'cancelled', decided_by: 'user' | 'policy' | 'stop', waited_ms: number): RunEventBody => ({
    type: 'approval:decision',
    approval_id,
    turn_number: turn.turnNumber,
    decision,
    decided_by,
    waited_ms,
  });
  const policy = decideByPolicy(mode, tool.access, isProtected);
  if (policy === 'allow') return { verdict: 'allow', events: [request, decided('allow', 'policy', 0)] };
  if (policy === 'deny') {
    const why = isProtected ? ` (${plan.protected_reason})` : '';
    return {
      verdict: 'denied',
      message: `Refused: this needs an approval${why}, and nobody is there to give it. Do not try another way; say what you would have done.`,
      events: [request, decided('deny', 'policy', 0)],
    };
  }
  const asked = ports.nowMicros();
  // The question is open before anyone can see it, so that no answer comes too early.
  const answer = ports.askApproval(
    { approval_id, tool_name: tool.name, title: plan.title, protected_reason: plan.protected_reason, subject: plan.subject },
    signal,
  );
  ports.record(request);
  await ports.durable();
  const decision = await answer;
  const waited = (ports.nowMicros() - asked) / 1000;
  switch (decision) {
    case 'allow':
    case 'allow_session':
      return { verdict: 'allow', events: [decided(decision, 'user', waited)] };
    case 'deny':
      return {
        verdict: 'denied',
        message: 'The user refused this call. Do not repeat it or work around it; go on without it or ask what they want.',
        events: [decided('deny', 'user', waited)],
      };
    case 'cancelled':
      return {
        verdict: 'cancelled',
        message: 'The user stopped the run while this call waited for approval. It was not run.',
        events: [decided('cancelled', 'stop', waited)],
      };
  }
}

async function runApproved(
  ports: RunPorts,
  turn: TurnOfCalls,
  call: Call,
  tool: Tool,
  prepared: unknown,
  context: ToolContext,
  decisions: readonly RunEventBody[],
): Promise<void> {
  const startedAt = ports.nowMicros();
  ports.record(...decisions, startEvent(turn, call, startedAt));
  await ports.durable();
  const ran = await guardBugs(ports, tool, () => tool.run(prepared, context));
  const result = 'bug' in ran ? ran.bug : ran.value;
  const outcome = context.signal.aborted && result.is_error ? 'cancelled' : result.is_error ? 'error' : 'success';
  ports.record(completeEvent(turn, call, startedAt, ports.nowMicros(), outcome, result));
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
  ports.record(...decisions, startEvent(turn, call, now), completeEvent(turn, call, now, now, outcome, result));
}

function startEvent(turn: TurnOfCalls, call: Call, startedAt: number): RunEventBody {
  return {
    type: 'tool_trace:start',
    trace_id: call.trace_id,
    turn_number: turn.turnNumber,
    llm_call_id: turn.llmCallId,
    tool_call_id: call.tool_call_id,
    tool_name: call.tool_name,
    subject: call.checked.ok ? call.checked.tool.subject(call.checked.input) : '',
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

const maxShownText = 16_000;

/** The whole texts stay with the open question; what is stored and sent to panels is bounded. */
function bounded(subject: Extract<ToolPlan<unknown>, { kind: 'needs_approval' }>['subject']): typeof subject {
  if (subject.kind !== 'edit') return subject;
  const size = (subject.before?.length ?? 0) + (subject.after?.length ?? 0);
  return size <= maxShownText ? subject : { ...subject, before: null, after: null };
}
