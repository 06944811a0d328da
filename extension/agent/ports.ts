// What a run needs from outside. The loop knows no editor, no disk and no network but through these.
import type { ApprovalDecision, ApprovalOffer, ApprovalSubject, RunError, RunEventBody, SequencedEvent, TransientEvent } from '../../shared/events';
import type { Budgets, Spent } from '../../shared/budgets';
import type { ModelProvider, ToolSchema } from '../providers/model';
import type { KnownModel } from '../providers/models';
import type { Tool, ToolContext } from '../tools/tool';
import type { UserAnswer, UserQuestion } from '../tools/user-questions';
import type { ApprovalMode } from './approval-policy';
import type { RequestOpenings } from './request-opening';
import type { Reservations } from './reservations';
import type { SentRequests } from './sent-requests';

export type ApprovalQuestion = {
  approval_id: string;
  tool_name: string;
  title: string;
  /** Why it must be asked in every mode; null in the ordinary case. */
  protected_reason: string | null;
  subject: ApprovalSubject;
  /** An approval is good for a later call with an equal binding; null: for this call alone. */
  binding: string | null;
  /** What may be answered beyond yes and no. */
  offers: readonly ApprovalOffer[];
};

/** `rejected_hunks`: numbers of the changes of an edit that are left out; none but with `allow`. */
export type ApprovalAnswer = { decision: ApprovalDecision; rejected_hunks: readonly number[] };

export type OpenQuestion = UserQuestion & { question_id: string };

/** Where in a run something happens. */
export type TurnPlace = { chatId: string; turnNumber: number; llmCallId: string };

/** Looks at what tools change. What the model has to read of it is recorded. */
export interface ChangeWatch {
  beforeWrite(place: TurnPlace, paths: readonly string[], signal: AbortSignal): Promise<void>;
  /** With the paths a turn has changed; with none when the model is done. */
  afterWrites(place: TurnPlace, paths: readonly string[], signal: AbortSignal): Promise<void>;
}

export interface RunPorts {
  provider: ModelProvider;
  model: string;
  /** What is known of that model at this moment: its server may say more once it has loaded it. */
  readonly known: KnownModel;
  tools: ReadonlyMap<string, Tool>;
  toolSchemas: readonly ToolSchema[];
  /** A tool's whole reach for one call. */
  toolContext(chatId: string, signal: AbortSignal, progress: (chunk: string) => void): ToolContext;
  /** Whether somebody is there to ask. */
  attended: boolean;
  approvalMode(): ApprovalMode;
  /** A text as it is recorded and shown: without secrets. */
  redact(text: string): string;
  /**
   * Waits for a person. Resolves `cancelled` when the signal aborts; never rejects. `remember`: a plain yes holds for
   * the session too.
   */
  askApproval(question: ApprovalQuestion, signal: AbortSignal, remember?: boolean): Promise<ApprovalAnswer>;
  /** How an earlier answer covers this one; null when none does. */
  grantFor(question: ApprovalQuestion): Promise<'allow_session' | 'allow_always' | null>;
  /** Waits for a person. `dismissed` when it was closed without an answer or the signal aborts; never rejects. */
  askUser(question: OpenQuestion, signal: AbortSignal): Promise<UserAnswer | 'dismissed'>;
  /** Records the events together, in the order of calls; returns them as recorded (redacted, with their place). */
  record(...events: RunEventBody[]): readonly SequencedEvent[];
  /** What ends everything that is open in the records; `error`: why nothing more comes of it. */
  leftOpen(error: RunError): RunEventBody[];
  /** Resolves when everything recorded so far is on disk; rejects with a StoreError. */
  durable(): Promise<void>;
  /** Read before each model call: a limit that is raised counts at once. */
  limits(): RunLimits;
  /** Tells the model of the project what it was told before and no longer sees. Records it; for a conversation that was just cut. */
  tellFacts(signal: AbortSignal): Promise<void>;
  /** What the chat's model calls came to, those of this moment included. */
  spentInChat(): Spent;
  /** The same since the message that the run answers, whether it was interrupted or not. */
  spentInRun(): Spent;
  /** The same of all chats of the workspace since local midnight. Rejects with a StoreError. */
  spentToday(): Promise<Spent>;
  /** Of all chats of the workspace. */
  reservations: Reservations;
  /** What the chat sent last. */
  requests: SentRequests;
  openings: Pick<RequestOpenings, 'keep'>;
  transient(event: TransientEvent): void;
  newId(): string;
  nowMicros(): number;
  checks: ChangeWatch;
  /** A bug, caught at the run's border or around a tool. */
  reportBug(error: unknown, where: string): void;
}

export type RunLimits = {
  /** Model calls in one run. */
  maxTurns: number;
  budgets: Budgets;
};
