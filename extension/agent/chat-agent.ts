// One chat at work: takes messages, queues what comes while it works, runs the loop, stops it, answers approvals.
// It is the only one in this process that appends to the chat. When the store refuses one of its records it is over,
// and the chat has to be opened anew.
import type { ApprovalDecision, ProjectFact, RunError, RunEventBody } from '../../shared/events';
import type { ChatSummary } from '../../shared/chats';
import type { ModelProvider } from '../providers/model';
import type { KnownModel } from '../providers/models';
import { StoreError } from '../store/store';
import type { UserAnswer } from '../tools/user-questions';
import type { ChatLog } from '../trace/recorder';
import type { OpenWork } from '../session/open-work';
import { lastingGrantKey } from './approval-policy';
import type { Approvals } from './approvals';
import { ChangeChecks, type ChecksPorts } from './change-checks';
import type { History } from './history';
import type { LastingGrants } from './lasting-grants';
import { runAgent, type RunReport } from './loop';
import type { ApprovalAnswer, ApprovalQuestion, RunPorts } from './ports';
import { SentRequests, type StoredRequest } from './sent-requests';
import { UserQuestions } from './user-questions';

/** What a run needs that does not belong to one chat. Resolved anew for each run: settings may have changed. */
export type RunEnvironment = Omit<RunPorts, 'record' | 'durable' | 'transient' | 'requests' | 'askApproval' | 'grantFor' | 'askUser' | 'checks' | 'provider' | 'model' | 'known' | 'spentInChat' | 'spentInRun' | 'tellFacts' | 'leftOpen'>;

/** `known` is read anew for each turn; a getter says what is known by then. */
export type ChosenModel = { provider: ModelProvider; model: string; readonly known: KnownModel };

export type ProjectFacts = { text: string; facts: ProjectFact[] };

export interface ChatAgentPorts extends RunEnvironment {
  /** The provider and model that answer in this chat now. */
  chooseModel(chatId: string): Promise<ChosenModel>;
  /** What the model is told of the project beside a new message; null for nothing. `known`: the digests of what it was told before. */
  projectFacts(known: ReadonlyMap<ProjectFact['kind'], string>, signal: AbortSignal): Promise<ProjectFacts | null>;
  grants: LastingGrants;
  checks: ChecksPorts;
  /** Ends what a chat keeps running beside it. */
  stopBackground(chatId: string): Promise<void>;
}

/** What a chat is made of that was stored before, or that begins. */
export type ChatParts = {
  log: ChatLog;
  history: History;
  work: OpenWork;
  approvals: Approvals;
  /** Ids of messages that are in the chat already. */
  messageIds: Iterable<string>;
  /** What was sent last, when that is known. */
  lastRequest: StoredRequest | null;
  /** How the run that is open in the store really ended, when that is known. */
  unstoredEnd: RunError | null;
};

export class ChatAgent {
  readonly #ports: ChatAgentPorts;
  readonly #log: ChatLog;
  readonly #history: History;
  readonly #work: OpenWork;
  readonly #approvals: Approvals;
  readonly #questions = new UserQuestions();
  readonly #checks: ChangeChecks;
  readonly #requests: SentRequests;
  readonly #seen: Set<string>;
  readonly #unstoredEnd: RunError | null;
  #stop: AbortController | null = null;
  #running: Promise<RunReport | null> = Promise.resolve(null);

  /** `onRefused` is called when the store refused a record and nothing of a run is left. */
  constructor(ports: ChatAgentPorts, { log, history, work, approvals, messageIds, lastRequest, unstoredEnd }: ChatParts, onRefused: (error: StoreError, inRun: boolean) => void) {
    this.#ports = ports;
    this.#checks = new ChangeChecks(ports.checks);
    this.#requests = new SentRequests(lastRequest);
    this.#log = log;
    this.#history = history;
    this.#work = work;
    this.#approvals = approvals;
    this.#seen = new Set(messageIds);
    this.#unstoredEnd = unstoredEnd;
    log.onRefused((error) => {
      const inRun = this.isRunning;
      this.#stop?.abort();
      const end = (): void => onRefused(error, inRun);
      this.#running.then(end, end);
    });
  }

  get chat(): ChatSummary {
    return this.#log.chat;
  }

  /** The chat as it is on disk; null when nothing of it is. */
  get stored(): ChatSummary | null {
    return this.#log.stored;
  }

  get isRunning(): boolean {
    return this.#stop !== null;
  }

  get approvals(): Approvals {
    return this.#approvals;
  }

  /** Starts a run, or queues the message while one is going on. The same message id twice is one message. Throws a StoreError when the agent is over. */
  send(messageId: string, text: string): void {
    if (this.#seen.has(messageId)) return;
    this.#seen.add(messageId);
    if (this.isRunning) this.#append({ type: 'message:queued', message_id: messageId, text });
    else this.#start([{ message_id: messageId, text }]);
  }

  /** Takes a message back that still waits; does nothing when it was already delivered. */
  unqueue(messageId: string): void {
    const waits = this.#work.queued.some((message) => message.message_id === messageId);
    if (waits) this.#append({ type: 'message:unqueued', message_id: messageId });
  }

  /** Goes on without a new message, after a failure or an interruption. */
  retry(): void {
    if (!this.isRunning) this.#start([]);
  }

  /** Aborts the request and every process of the run at once. Messages in the queue stay there. */
  stop(): void {
    this.#stop?.abort();
  }

  decide(approvalId: string, decision: Exclude<ApprovalDecision, 'cancelled'>, rejectedHunks: readonly number[] = []): boolean {
    return this.#approvals.decide(approvalId, decision, rejectedHunks);
  }

  /** Answers a question of the model; null closes it. False when it is not open, or the answer is none to it. */
  answer(questionId: string, given: UserAnswer | null): boolean {
    return this.#questions.answer(questionId, given);
  }

  /** The report of the last run once nothing runs any more; null when there was none. Rejects with a StoreError. */
  async settled(): Promise<RunReport | null> {
    for (;;) {
      const running = this.#running;
      const report = await running;
      if (running === this.#running) return report;
    }
  }

  #append(...events: Parameters<ChatLog['append']>): ReturnType<ChatLog['append']> {
    if (events.length === 0) return [];
    const recorded = this.#log.append(...events);
    for (const event of recorded) {
      this.#work.apply(event);
      this.#history.apply(event);
    }
    return recorded;
  }

  #start(messages: readonly { message_id: string; text: string }[]): void {
    this.#append(...this.#work.closingEvents(this.#ports.nowMicros(), this.#history.estimatedTokens(this.#ports.toolSchemas), this.#unstoredEnd));
    this.#deliver([...this.#work.queued, ...messages]);
    const controller = new AbortController();
    this.#stop = controller;
    this.#running = this.#run(controller.signal).finally(() => {
      this.#stop = null;
      // Whatever a failed run left open (a question, a request) ends with it.
      controller.abort();
    });
    // Owned by settled(); a refusal of the store reaches everyone through onRefused.
    this.#running.catch((error: unknown) => {
      if (!(error instanceof StoreError)) this.#ports.reportBug(error, 'run');
    });
  }

  #leftOpen(error: RunError): RunEventBody[] {
    return this.#work.leftOpen(this.#ports.nowMicros(), this.#history.estimatedTokens(this.#ports.toolSchemas), error);
  }

  #deliver(messages: readonly { message_id: string; text: string }[]): void {
    this.#append(...messages.map((message) => ({ type: 'message:user' as const, ...message })));
  }

  /** Beside the newest message, before anything of it is sent. */
  async #tellFacts(signal: AbortSignal): Promise<void> {
    const told = await this.#ports.projectFacts(this.#history.knownFacts, signal);
    if (told !== null && !signal.aborted) this.#append({ type: 'context:facts', ...told });
  }

  async #askApproval(question: ApprovalQuestion, signal: AbortSignal, remember?: boolean): Promise<ApprovalAnswer> {
    const answer = await this.#approvals.ask(question, signal, remember);
    const key = answer.decision === 'allow_always' ? lastingGrantKey(question) : null;
    const { subject, title } = question;
    if (key !== null) await this.#ports.grants.add(key, question.tool_name, subject.kind === 'command' ? `${title} in ${subject.cwd}` : title);
    return answer;
  }

  async #grantFor(question: ApprovalQuestion): Promise<'allow_session' | 'allow_always' | null> {
    if (this.#approvals.isGranted(question)) return 'allow_session';
    const key = lastingGrantKey(question);
    return key !== null && (await this.#ports.grants.has(key)) ? 'allow_always' : null;
  }

  async #run(signal: AbortSignal): Promise<RunReport> {
    for (;;) {
      if (this.#history.owesFacts) await this.#tellFacts(signal);
      const chosen = await this.#ports.chooseModel(this.chat.chat_id);
      const ports: RunPorts = {
        ...this.#ports,
        provider: chosen.provider,
        model: chosen.model,
        get known() {
          return chosen.known;
        },
        leftOpen: (error) => this.#leftOpen(error),
        spentInChat: () => this.chat.spent,
        spentInRun: () => this.#work.spentSinceMessage,
        tellFacts: (stop) => this.#tellFacts(stop),
        record: (...events) => this.#append(...events),
        durable: () => this.#log.onDisk(),
        transient: (event) => this.#log.transient(event),
        checks: this.#checks,
        requests: this.#requests,
        askApproval: (question, stop, remember) => this.#askApproval(question, stop, remember),
        grantFor: (question) => this.#grantFor(question),
        askUser: (question, stop) => this.#questions.ask(question, stop),
      };
      this.#checks.startRun(ports, this.chat.chat_id);
      const report = await runAgent(
        ports,
        {
          runId: ports.newId(),
          chatId: this.chat.chat_id,
          sessionId: this.chat.session_id,
          lastTurn: this.#work.lastTurn,
          conversation: this.#history,
        },
        signal,
      );
      // Whoever hears that the run has ended has seen all of it.
      await this.#log.durable();
      const queued = this.#work.queued;
      if (report.outcome !== 'done' || queued.length === 0) return report;
      this.#deliver(queued);
    }
  }
}
