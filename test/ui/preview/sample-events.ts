// Builds the event log of a chat for tests of the views and for the preview: valid events, running numbers, ids and
// times that are the same every time.
import type { ApprovalOffer, ApprovalSubject, SequencedEvent, RunEventBody } from '../../../shared/events';
import type { ChatStatus, ChatSummary } from '../../../shared/chats';
import { nothingSpent } from '../../../shared/spent-math';
import type { Usage } from '../../../shared/usage';

export const sampleStart = 1_900_000_000_000_000;

export function sampleId(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

export function sampleSummary(status: ChatStatus, change: Partial<ChatSummary> = {}): ChatSummary {
  return {
    ...{ chat_id: sampleId(1), session_id: sampleId(2), title: 'Fix the failing test', status, turns: 1 },
    ...{ created_at: sampleStart, updated_at: sampleStart, spent: nothingSpent, ...change },
  };
}

export type ToolSample = {
  tool_name: string;
  subject: string;
  summary?: string;
  text?: string;
  input?: Extract<RunEventBody, { type: 'tool_trace:start' }>['input'];
  latency_ms?: number;
  outcome?: Extract<RunEventBody, { type: 'tool_trace:complete' }>['outcome'];
};

type CheckComplete = Extract<RunEventBody, { type: 'auto_fix:complete' }>;
type StepOutcome = Extract<RunEventBody, { type: 'auto_fix:step' }>['outcome'];
export type CheckEnd = Pick<CheckComplete, 'result' | 'text'> & Partial<Omit<CheckComplete, 'type' | 'check_id'>>;

export class SampleChat {
  readonly events: SequencedEvent[] = [];
  #id = 100;
  #turn = 0;
  #run = '';
  #llmCall = '';
  #now = sampleStart;

  id(): string {
    return sampleId(++this.#id);
  }

  /** Appends events 10 ms apart and returns them. */
  add(...bodies: RunEventBody[]): SequencedEvent[] {
    const added = bodies.map((body, index): SequencedEvent => {
      this.#now += 10_000;
      return { ...body, seq: this.events.length + index + 1, at: this.#now, chat_id: sampleId(1), session_id: sampleId(2) };
    });
    this.events.push(...added);
    return added;
  }

  user(text: string): SequencedEvent[] {
    return this.add({ type: 'message:user', message_id: this.id(), text });
  }

  startRun(scripted = false): SequencedEvent[] {
    this.#run = this.id();
    return this.add({ type: 'run:start', run_id: this.#run, provider: 'deepseek', model: 'deepseek-chat', scripted });
  }

  answer(text: string, more: { reasoning?: string; reasoning_ms?: number; usage?: Usage | null; cost_usd?: number | null; partial?: boolean; message_id?: string } = {}): SequencedEvent[] {
    const turn_number = ++this.#turn;
    this.#llmCall = this.id();
    const place = { turn_number, llm_call_id: this.#llmCall };
    const usage = more.usage === undefined ? { input: 700, cache_read: 11_300, cache_write: 0, output: 240, reasoning: 60 } : more.usage;
    return this.add(
      { type: 'turn:start', ...place },
      {
        ...{ type: 'message:assistant', message_id: more.message_id ?? this.id(), ...place, text, tool_calls: [] },
        ...{ reasoning: more.reasoning ?? '', reasoning_ms: more.reasoning_ms ?? null, partial: more.partial ?? false },
      },
      {
        ...{ type: 'llm_call:complete', ...place, provider: 'deepseek', model: 'deepseek-chat', started_at: this.#now },
        ...{ first_token_ms: 400, duration_ms: 1800, finish_reason: 'stop', usage, raw_usage: null, error: null, cost_usd: more.cost_usd === undefined ? 0.00032 : more.cost_usd },
      },
    );
  }

  /** A call that has begun; `finish` ends it. */
  startTool(tool: ToolSample, toolCallId = `call_${++this.#id}`): { events: SequencedEvent[]; trace_id: string; finish(): SequencedEvent[] } {
    const trace_id = this.id();
    const { tool_name, subject, latency_ms = 12, outcome = 'success', text = 'ok', summary = '' } = tool;
    const call = { turn_number: Math.max(1, this.#turn), tool_call_id: toolCallId, tool_name };
    const started_at = this.#now + 10_000;
    const input = tool.input ?? { path: subject };
    const llm_call_id = this.#llmCall === '' ? sampleId(3) : this.#llmCall;
    const events = this.add({ type: 'tool_trace:start', trace_id, ...call, llm_call_id, subject, input, started_at });
    const finish = (): SequencedEvent[] => {
      this.#now = started_at + latency_ms * 1000;
      return this.add({
        ...{ type: 'tool_trace:complete', trace_id, ...call, output: { text, summary }, outcome, finished_at: this.#now, latency_ms },
        ...{ error: outcome === 'success' ? null : text, tokens_used: 1240, cache_tokens: 900, reasoning_tokens: 0 },
      });
    };
    return { events, trace_id, finish };
  }

  tool(tool: ToolSample): SequencedEvent[] {
    const call = this.startTool(tool);
    return [...call.events, ...call.finish()];
  }

  ask(tool_name: string, title: string, subject: ApprovalSubject, reason = '', offers: ApprovalOffer[] = []): { tool_call_id: string; approval_id: string; events: SequencedEvent[] } {
    const approval_id = this.id();
    const tool_call_id = `call_${++this.#id}`;
    const turn_number = Math.max(1, this.#turn);
    return { tool_call_id, approval_id, events: this.add({ type: 'approval:request', approval_id, turn_number, tool_call_id, tool_name, title, reason, subject, offers }) };
  }

  question(question: string, choices: { label: string; description: string }[] = [], multi_select = false): { question_id: string; tool_call_id: string; finish(): SequencedEvent[] } {
    const call = this.startTool({ tool_name: 'ask_user', subject: question, text: 'The user answered.' });
    const question_id = this.id();
    const tool_call_id = call.events[0]?.type === 'tool_trace:start' ? call.events[0].tool_call_id : '';
    this.add({ type: 'question:ask', question_id, turn_number: Math.max(1, this.#turn), tool_call_id, question, choices, multi_select });
    return { question_id, tool_call_id, finish: call.finish };
  }

  answerQuestion(question_id: string, chosen: string[], text = '', outcome: 'answered' | 'dismissed' = 'answered'): SequencedEvent[] {
    return this.add({ type: 'question:answer', question_id, turn_number: Math.max(1, this.#turn), outcome, chosen, text, waited_ms: 4000 });
  }

  /** A check of auto-fix with its row among the calls; `finish` ends it. */
  check(round: number, argv: string[], tool_call_id = `auto_fix-${++this.#id}`): { check_id: string; finish(end: CheckEnd): SequencedEvent[] } {
    const check_id = this.id();
    const turn_number = Math.max(1, this.#turn);
    const purpose = round === 0 ? 'baseline' : 'check';
    const row = { trace_id: check_id, turn_number, tool_call_id, tool_name: 'auto_fix' };
    const started_at = this.#now + 10_000;
    this.add(
      { type: 'auto_fix:start', check_id, round, purpose, step: 'check', argv, cwd: '.', covers: 'tsconfig.json' },
      { type: 'tool_trace:start', ...row, llm_call_id: this.#llmCall, subject: argv.join(' '), input: { argv }, started_at },
    );
    const finish = ({ duration_ms = 2400, problems = [], ...end }: CheckEnd): SequencedEvent[] => {
      this.#now = started_at + duration_ms * 1000;
      const nothing = { exit_code: 0, more: 0, old: 0, unclear: 0, full_output: null };
      return this.add(
        { type: 'auto_fix:complete', check_id, ...nothing, ...end, duration_ms, problems },
        {
          ...{ type: 'tool_trace:complete', ...row, output: { text: end.text, summary: end.result }, outcome: 'success', error: null },
          ...{ finished_at: this.#now, latency_ms: duration_ms, tokens_used: null, cache_tokens: null, reasoning_tokens: null },
        },
      );
    };
    return { check_id, finish };
  }

  step(round: number, outcome: StepOutcome, text: string): SequencedEvent[] {
    return this.add({ type: 'auto_fix:step', round, outcome, text, model_text: null });
  }

  decide(approval_id: string, decision: 'allow' | 'allow_session' | 'deny' | 'cancelled'): SequencedEvent[] {
    return this.add({ type: 'approval:decision', approval_id, turn_number: Math.max(1, this.#turn), decision, decided_by: 'user', waited_ms: 900 });
  }

  endRun(outcome: Extract<RunEventBody, { type: 'run:end' }>['outcome'], error: Extract<RunEventBody, { type: 'run:end' }>['error'] = null): SequencedEvent[] {
    return this.add({ type: 'run:end', run_id: this.#run, outcome, turns: this.#turn, usage: null, error });
  }
}
