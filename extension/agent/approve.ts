// Whether a planned call may run: the mode decides, or an earlier answer, or a person. Every decision is recorded,
// whoever made it.
import type { ApprovalDecision, ApprovalOffer, RunEventBody, ToolCall } from '../../shared/events';
import { editHunks } from '../../shared/edit-hunks';
import type { Tool, ToolPlan } from '../tools/tool';
import { decideByPolicy, lastingGrantKey, sessionGrantKey } from './approval-policy';
import type { ApprovalAnswer, ApprovalQuestion, RunPorts } from './ports';

type AskedPlan = Extract<ToolPlan<unknown>, { kind: 'needs_approval' }>;

/** `events` are decisions still to be recorded, in the same record as what follows from them. */
export type Approval =
  | { verdict: 'allow'; rejectedHunks: readonly number[]; events: RunEventBody[] }
  | { verdict: 'denied' | 'cancelled'; message: string; events: RunEventBody[] };

export async function approve(
  ports: RunPorts,
  turnNumber: number,
  call: ToolCall,
  tool: Tool,
  plan: AskedPlan,
  signal: AbortSignal,
): Promise<Approval> {
  const question = questionOf(ports, tool, plan);
  const { approval_id } = question;
  const request: RunEventBody = {
    type: 'approval:request',
    approval_id,
    turn_number: turnNumber,
    tool_call_id: call.tool_call_id,
    tool_name: tool.name,
    title: plan.title,
    reason: plan.protected_reason ?? '',
    subject: shownOf(ports, plan.subject),
    offers: [...question.offers],
  };
  const decided = (decision: ApprovalDecision, decided_by: 'user' | 'policy' | 'grant' | 'stop', waited_ms: number, rejected: readonly number[] = []): RunEventBody => ({
    type: 'approval:decision',
    ...{ approval_id, turn_number: turnNumber, decision, decided_by, waited_ms },
    ...(rejected.length > 0 && { rejected_hunks: [...rejected] }),
  });
  const policy = decideByPolicy(ports.approvalMode(), tool.access, plan.protected_reason !== null);
  if (policy === 'allow') return { verdict: 'allow', rejectedHunks: [], events: [request, decided('allow', 'policy', 0)] };
  if (policy === 'deny') {
    const why = plan.protected_reason === null ? '' : ` (${plan.protected_reason})`;
    return {
      verdict: 'denied',
      message: `Refused: this needs an approval${why}, and nobody is there to give it. Do not try another way; say what you would have done.`,
      events: [request, decided('deny', 'policy', 0)],
    };
  }
  const grant = await ports.grantFor(question);
  if (grant !== null) return { verdict: 'allow', rejectedHunks: [], events: [request, decided(grant, 'grant', 0)] };

  const asked = ports.nowMicros();
  // The question is open before anyone can see it, so that no answer comes too early.
  const answer = ports.askApproval(question, signal);
  ports.record(request);
  await ports.durable();
  const given = await answer;
  return verdictOf(given, decided(given.decision, given.decision === 'cancelled' ? 'stop' : 'user', (ports.nowMicros() - asked) / 1000, given.rejected_hunks));
}

function verdictOf({ decision, rejected_hunks }: ApprovalAnswer, event: RunEventBody): Approval {
  switch (decision) {
    case 'allow':
    case 'allow_session':
    case 'allow_always':
      return { verdict: 'allow', rejectedHunks: rejected_hunks, events: [event] };
    case 'deny':
      return {
        verdict: 'denied',
        message: 'The user refused this call. Do not repeat it or work around it; go on without it or ask what they want.',
        events: [event],
      };
    case 'cancelled':
      return {
        verdict: 'cancelled',
        message: 'The user stopped the run while this call waited for approval. It was not run.',
        events: [event],
      };
  }
}

function questionOf(ports: RunPorts, tool: Tool, { title, subject, protected_reason, binding = null }: AskedPlan): ApprovalQuestion {
  const asked = { subject, protected_reason, binding };
  const offers: ApprovalOffer[] = [
    ...(sessionGrantKey(asked) === null ? [] : (['allow_session'] as const)),
    ...(lastingGrantKey(asked) === null ? [] : (['allow_always'] as const)),
    ...(tool.narrow !== undefined && isDivisible(ports, subject) ? (['partial'] as const) : []),
  ];
  return { approval_id: ports.newId(), tool_name: tool.name, title, ...asked, offers };
}

/** Whether an edit has changes that can be taken one by one; of a text that is not shown as it is they cannot. */
function isDivisible(ports: RunPorts, subject: AskedPlan['subject']): boolean {
  if (subject.kind !== 'edit' || subject.before === null || subject.after === null || shownOf(ports, subject) !== subject) return false;
  return editHunks(subject.before, subject.after).length > 1;
}

const maxShownText = 16_000;
/** As it is sent, which may take several bytes a character; a panel is sent 64 KB at a time. */
const maxShownBytes = 40 * 1024;

/**
 * The whole texts stay with the open question. What is stored and sent to panels is bounded, and left out where it would
 * not be the very text: without its secrets an edit may have fewer changes, or none.
 */
function shownOf(ports: RunPorts, subject: AskedPlan['subject']): AskedPlan['subject'] {
  if (subject.kind !== 'edit') return subject;
  const texts = [subject.before ?? '', subject.after ?? ''];
  const fits = texts.join('').length <= maxShownText && Buffer.byteLength(JSON.stringify(texts)) <= maxShownBytes;
  return fits && texts.every((text) => ports.redact(text) === text) ? subject : { ...subject, before: null, after: null };
}
