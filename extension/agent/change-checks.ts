// Ties auto-fix to the runs of one chat: its events are recorded, each check has a row in the traces, and whether one
// may run is decided like any other command.
import { createHash, randomUUID } from 'node:crypto';
import type { AutoFixEvent } from '../../shared/auto-fix';
import type { ApprovalOffer, ApprovalSubject, RunEventBody } from '../../shared/events';
import { AutoFix } from '../auto-fix/auto-fix';
import type { AutoFixRun } from '../auto-fix/auto-fix-run';
import { commandLine, shownArgv } from '../auto-fix/check';
import type { AutoFixPorts, CheckAnswer, CheckQuestion } from '../auto-fix/ports';
import { decideByPolicy } from './approval-policy';
import type { ChangeWatch, RunPorts, TurnPlace } from './ports';

export const autoFixTool = 'auto_fix';

/** What of a run the checks need; the rest is of the workspace. */
export type ChecksPorts = Pick<AutoFixPorts, 'files' | 'commands' | 'settings'>;

type Running = { run: RunPorts; autoFix: AutoFixRun; place: TurnPlace; callId: string | null; started: Map<string, { at: number; callId: string }> };

export class ChangeChecks implements ChangeWatch {
  readonly #autoFix: AutoFix;
  #now: Running | null = null;

  constructor(ports: ChecksPorts) {
    this.#autoFix = new AutoFix({
      ...ports,
      approve: (question, signal) => this.#approve(question, signal),
      report: (event) => this.#report(event),
      output: (checkId, chunk) => this.#running.run.transient({ type: 'tool:output', chat_id: this.#running.place.chatId, trace_id: checkId, chunk }),
      newId: randomUUID,
    });
  }

  /** To be called first in each run. */
  startRun(run: RunPorts, chatId: string): void {
    this.#now = { run, autoFix: this.#autoFix.startRun(), place: { chatId, turnNumber: 1, llmCallId: '' }, callId: null, started: new Map() };
  }

  beforeWrite(place: TurnPlace, paths: readonly string[], signal: AbortSignal): Promise<void> {
    this.#running.place = place;
    return this.#running.autoFix.beforeWrite(paths, signal);
  }

  async afterWrites(place: TurnPlace, paths: readonly string[], signal: AbortSignal): Promise<void> {
    this.#running.place = place;
    await this.#running.autoFix.afterWrites(paths, signal);
  }

  get #running(): Running {
    if (this.#now === null) throw new Error('checks run within a run only');
    return this.#now;
  }

  async #report(event: AutoFixEvent): Promise<void> {
    const { run } = this.#running;
    run.record(...this.#traced(event));
    await run.durable();
  }

  /** A check is a row among the tool calls, so that its time and its outcome are seen where all others are. */
  #traced(event: AutoFixEvent): RunEventBody[] {
    const { run, place, started } = this.#running;
    const facts = { turn_number: place.turnNumber, tool_name: autoFixTool };
    if (event.type === 'auto_fix:start') {
      const callId = this.#running.callId ?? newCallId();
      const at = run.nowMicros();
      this.#running.callId = null;
      started.set(event.check_id, { at, callId });
      const { argv, cwd, covers, purpose, round } = event;
      return [
        event,
        {
          ...{ type: 'tool_trace:start', trace_id: event.check_id, llm_call_id: place.llmCallId, tool_call_id: callId, started_at: at },
          ...{ ...facts, subject: commandLine(argv), input: { argv, cwd, covers, purpose, round } },
        },
      ];
    }
    const start = event.type === 'auto_fix:complete' ? started.get(event.check_id) : undefined;
    if (event.type !== 'auto_fix:complete' || start === undefined) return [event];
    started.delete(event.check_id);
    const finished = run.nowMicros();
    const { result, text, exit_code, problems, more, old, unclear, full_output } = event;
    return [
      event,
      {
        ...{ type: 'tool_trace:complete', trace_id: event.check_id, tool_call_id: start.callId, ...facts },
        output: { text, summary: result, details: { result, exit_code, problems, more, old, unclear, full_output } },
        // A check that fails has done its work; one that says nothing has not.
        outcome: result === 'stopped' ? 'cancelled' : result === 'broken' || result === 'timed_out' ? 'error' : 'success',
        error: result === 'broken' || result === 'timed_out' ? text : null,
        ...{ finished_at: finished, latency_ms: (finished - start.at) / 1000, tokens_used: null, cache_tokens: null, reasoning_tokens: null },
      },
    ];
  }

  async #approve({ check, binding, purpose, mode }: CheckQuestion, signal: AbortSignal): Promise<CheckAnswer> {
    const { run, place } = this.#running;
    const callId = newCallId();
    const subject: ApprovalSubject = { kind: 'command', argv: [...check.argv], cwd: binding.cwd };
    const offers: ApprovalOffer[] = binding.canBeKept ? ['allow_session', 'allow_always'] : [];
    const question = {
      ...{ approval_id: run.newId(), tool_name: autoFixTool, title: `Check the change with ${commandLine(shownArgv(check))}` },
      ...{ protected_reason: null, subject, offers, binding: binding.canBeKept ? keyOf(binding) : null },
    };
    const base = { approval_id: question.approval_id, turn_number: place.turnNumber };
    const request: RunEventBody = {
      ...{ type: 'approval:request', ...base, tool_call_id: callId, tool_name: autoFixTool, title: question.title },
      ...{ reason: '', subject, offers },
    };
    const allowed = (decision: 'allow' | 'allow_session' | 'allow_always', decided_by: 'policy' | 'grant'): CheckAnswer => {
      this.#running.callId = callId;
      run.record(request, { type: 'approval:decision', ...base, decision, decided_by, waited_ms: 0 });
      return 'allow';
    };
    const policy = decideByPolicy(run.approvalMode(), 'command', false);
    if (policy === 'allow') return allowed('allow', 'policy');
    const grant = policy === 'deny' ? null : await run.grantFor(question);
    if (grant !== null) return allowed(grant, 'grant');
    if (purpose === 'baseline') return 'later';
    if (policy === 'deny') {
      run.record(request, { type: 'approval:decision', ...base, decision: 'deny', decided_by: 'policy', waited_ms: 0 });
      return 'deny';
    }
    const asked = run.nowMicros();
    const answer = run.askApproval(question, signal, mode === 'on');
    run.record(request);
    await run.durable();
    const { decision } = await answer;
    const decided_by = decision === 'cancelled' ? 'stop' : 'user';
    run.record({ type: 'approval:decision', ...base, decision, decided_by, waited_ms: (run.nowMicros() - asked) / 1000 });
    if (decision === 'cancelled' || decision === 'deny') return decision;
    this.#running.callId = callId;
    return 'allow';
  }
}

/** A hash, for it is stored, and a command may hold a secret. */
function keyOf({ argv, cwd, contentHash }: CheckQuestion['binding']): string {
  return createHash('sha256').update(JSON.stringify([autoFixTool, argv, cwd, contentHash])).digest('hex');
}

function newCallId(): string {
  return `${autoFixTool}-${randomUUID()}`;
}
