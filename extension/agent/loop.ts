// The agent loop: model turn, tools, next turn, until an answer, a stop, a limit or an error. One run, one end.
import type { RunError, RunEventBody, RunOutcome } from '../../shared/events';
import type { Usage } from '../../shared/usage';
import { addUsage, noUsage } from '../../shared/usage-math';
import { storageProblem } from '../session/storage-words';
import type { StoreError } from '../store/store';
import { answerNotices } from './answer-notices';
import { reserveBudget, type Granted, type Reserved } from './budget';
import type { Conversation } from './history';
import { LoopGuard } from './loop-guard';
import { makeRoom } from './make-room';
import { callModel, type ModelTurn } from './model-turn';
import type { RunPorts } from './ports';
import { RepeatedResults } from './repeated-results';
import { runToolCalls } from './tool-calls';

/** Turns in a row in which no call could even be read. */
const maxMalformedTurns = 3;

export type Run = {
  runId: string;
  chatId: string;
  sessionId: string;
  /** The number of the last turn of the chat so far; 0 for a new one. */
  lastTurn: number;
  /** The conversation as recorded so far; grows with what the run records. */
  conversation: Conversation;
};

export type RunReport = {
  outcome: RunOutcome;
  turns: number;
  /** Null when no model call of the run said what it used. */
  usage: Usage | null;
  error: RunError | null;
  /** Calls that were refused, by a person or by the mode. */
  denied: number;
};

type Ending = { outcome: RunOutcome; error: RunError | null };

/** Records `run:start` to `run:end`. Rejects only when the store refuses one of its records; everything else is in the report. */
export async function runAgent(ports: RunPorts, run: Run, signal: AbortSignal): Promise<RunReport> {
  const report: RunReport = { outcome: 'done', turns: 0, usage: null, error: null, denied: 0 };
  ports.record({
    type: 'run:start',
    run_id: run.runId,
    provider: ports.provider.id,
    model: ports.model,
    scripted: ports.provider.scripted,
  });
  try {
    Object.assign(report, await turns(ports, run, report, signal));
  } catch (error) {
    if (!isStoreError(error)) ports.reportBug(error, 'agent loop');
    // A store that has refused a record of this chat refuses its end too. What only could not be read is said in it.
    const told = isStoreError(error) ? storageProblem(error) : internalError(error);
    Object.assign(report, failed(told));
    ports.record(...ports.leftOpen(told));
  }
  if (report.outcome !== 'done') await closeChecks(ports, run, report.turns);
  const { outcome, usage, error } = report;
  ports.record({ type: 'run:end', run_id: run.runId, outcome, turns: report.turns, usage, error });
  await ports.durable();
  return report;
}

/** A run that ends otherwise than by the model's own word leaves no check open: what is known is said, and nothing runs any more. */
async function closeChecks(ports: RunPorts, { chatId, lastTurn }: Run, turnsDone: number): Promise<void> {
  try {
    await ports.checks.afterWrites({ chatId, turnNumber: lastTurn + turnsDone, llmCallId: '' }, [], AbortSignal.abort());
  } catch (error) {
    if (isStoreError(error)) throw error;
    ports.reportBug(error, 'auto-fix at the end of a run');
  }
}

async function turns(ports: RunPorts, run: Run, report: RunReport, signal: AbortSignal): Promise<Ending> {
  let malformedTurns = 0;
  const guard = new LoopGuard();
  const repeated = new RepeatedResults(run.conversation);
  // Without tools it could only talk of the project; most servers would refuse the request, some would drop the tools.
  if (ports.known.calls_tools === false) return failed(noTools(ports.model));
  /** How often in a row room was made for a request that was refused: results left out, then a summary, and no more. */
  let timesRoomMade = 0;
  const used = (usage: Usage): void => void (report.usage = addUsage(report.usage ?? noUsage, usage));
  for (;;) {
    if (signal.aborted) return stopped;
    const maxTurns = reachedMaxTurns(ports.limits().maxTurns, report.turns);
    if (maxTurns) return limitReached(maxTurns);

    const turnNumber = run.lastTurn + report.turns + 1;
    const { chatId, sessionId, conversation } = run;
    const spentBefore = ports.spentInChat();
    const place = { chatId, sessionId, turnNumber, spentBefore, conversation, used };
    const room = await makeRoom(ports, place, 'filling', signal);
    if (room.kind === 'failed') return ended(room.error);
    const reserve = (): Promise<Reserved> => reserveBudget(ports, { chatId, spentBefore, tokens: conversation.estimatedTokens(ports.toolSchemas) }, signal);
    const budget = await reserve();
    if (budget.kind === 'refused') return ended(budget.error);
    const startedAt = ports.nowMicros();
    const endTurn = (toolCalls: number): RunEventBody => ({
      type: 'turn:end',
      turn_number: turnNumber,
      duration_ms: (ports.nowMicros() - startedAt) / 1000,
      tool_calls: toolCalls,
    });
    report.turns++;
    const { turn, message } = await askModel(ports, run, turnNumber, budget, signal).finally(() => budget.release());
    const { llm_call_id: llmCallId } = turn.call;
    if (turn.call.usage) used(turn.call.usage);

    if (turn.error) {
      ports.record(endTurn(0));
      if (turn.error.code !== 'context_exceeded' || timesRoomMade === 2) return ended(turn.error);
      const made = await makeRoom(ports, place, 'exceeded', signal);
      if (made.kind === 'failed') return ended(made.error);
      if (made.kind === 'enough') return failed(turn.error);
      timesRoomMade++;
      continue;
    }
    timesRoomMade = 0;
    const calls = turn.answer?.tool_calls ?? [];
    if (calls.length === 0 && turn.answer?.finish_reason === 'length' && budget.maxOutputTokens !== null) {
      // It was the limit that cut the answer off, unless there is room for more.
      const next = await reserve();
      if (next.kind === 'refused') {
        ports.record(endTurn(0));
        return ended(next.error);
      }
      next.release();
    }
    if (!message) {
      ports.record(endTurn(0));
      return failed(emptyAnswer);
    }
    if (calls.length === 0) {
      ports.record(...answerNotices(turn), endTurn(0));
      // Tells what was left open, if anything was; the model has said that it is done.
      await ports.checks.afterWrites({ chatId, turnNumber, llmCallId }, [], signal);
      return { outcome: 'done', error: null };
    }
    guard.startTurn();
    const toolReport = await runToolCalls(ports, { chatId, turnNumber, llmCallId, usage: turn.call.usage, guard, repeated }, calls, signal);
    if (toolReport.changed.length > 0) await ports.checks.afterWrites({ chatId, turnNumber, llmCallId }, toolReport.changed, signal);
    ports.record(endTurn(calls.length));
    report.denied += toolReport.denied;
    malformedTurns = toolReport.malformed === calls.length ? malformedTurns + 1 : 0;
    if (malformedTurns >= maxMalformedTurns) return failed(malformedCalls);
    const { verdict } = guard;
    if (verdict !== null && !signal.aborted) return failed(verdict);
  }
}

type Asked = { turn: ModelTurn; message: RunEventBody | null };

/** Recorded from its start to what it came to. */
async function askModel(ports: RunPorts, run: Run, turnNumber: number, { maxOutputTokens, inputTokens, queuedMs }: Granted, signal: AbortSignal): Promise<Asked> {
  const { chatId, sessionId, conversation } = run;
  const [llmCallId, messageId] = [ports.newId(), ports.newId()];
  ports.record({ type: 'turn:start', turn_number: turnNumber, llm_call_id: llmCallId });
  const { messages } = conversation;
  const turn = await callModel(ports, { chatId, sessionId, turnNumber, llmCallId, messageId, messages, inputTokens, maxOutputTokens, queuedMs }, signal);
  const message = assistantMessage(turn, messageId, turnNumber, llmCallId);
  ports.record(...(message ? [message] : []), turn.call);
  return { turn, message };
}

function assistantMessage(turn: ModelTurn, messageId: string, turnNumber: number, llmCallId: string): RunEventBody | null {
  const toolCalls = turn.answer?.tool_calls ?? [];
  if (turn.text === '' && toolCalls.length === 0 && (turn.answer !== null || turn.reasoning === '')) return null;
  return {
    type: 'message:assistant',
    message_id: messageId,
    turn_number: turnNumber,
    llm_call_id: llmCallId,
    text: turn.text,
    reasoning: turn.reasoning,
    reasoning_ms: turn.reasoningMs,
    tool_calls: toolCalls,
    partial: turn.answer === null,
  };
}

function reachedMaxTurns(limit: number, used: number): RunError | null {
  if (used < limit) return null;
  return {
    code: 'max_turns',
    message: `The run stopped after ${used} turns, its limit.`,
    next_step: 'Raise the limit to go on, or send a message.',
    limit: { scope: 'run', unit: 'turns', limit, used },
  };
}

function limitReached(error: RunError): Ending {
  return { outcome: 'limit_reached', error };
}

const stopped: Ending = { outcome: 'stopped', error: null };

function failed({ code, message, next_step }: RunError): Ending {
  return { outcome: 'failed', error: { code, message, next_step } };
}

/** By what a model call came to: a stop is no failure, and neither is a limit. */
function ended(error: RunError): Ending {
  if (error.code === 'aborted') return stopped;
  return error.limit ? limitReached(error) : failed(error);
}

function noTools(model: string): RunError {
  return {
    code: 'no_tools',
    message: `${model} is said to call no tools, and without tools BooCode can neither read nor change anything. Nothing was sent to it.`,
    next_step: 'Choose another model. If it does call tools, say so in the setting boocode.models.',
  };
}

const emptyAnswer: RunError = {
  code: 'empty_answer',
  message: 'The model answered with nothing: no text and no tool call.',
  next_step: 'Try again, or choose another model.',
};

const malformedCalls: RunError = {
  code: 'malformed_calls',
  message: `The model sent tool calls that could not be read, ${maxMalformedTurns} turns in a row.`,
  next_step: 'Try again with smaller steps, or choose a model that supports tools well.',
};

function internalError(error: unknown): RunError {
  return {
    code: 'internal',
    message: `BooCode itself failed: ${error instanceof Error ? error.message : String(error)}`,
    next_step: 'What was done so far is kept. Try again; if it happens again, report it with the log (BooCode: Show Log).',
  };
}

function isStoreError(error: unknown): error is StoreError {
  return error instanceof Error && error.name === 'StoreError';
}
