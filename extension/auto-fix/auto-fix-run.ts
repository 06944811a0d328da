// Auto-fix in one run of the agent: what it looked at before the first write, and round after round since.
import { formatCount } from '../../shared/format';
import { commandLine, shownArgv, type Check } from './check';
import { CheckPermission } from './check-permission';
import { findChecks, isCode, type FoundChecks } from './detect/find-checks';
import { folderOf, rootsOf } from './detect/project-view';
import { evidenceOf } from './judge/change-evidence';
import { changeLimits, FileChanges } from './judge/file-changes';
import type { Judged } from './judge/judge-problems';
import { KnownProblems } from './judge/known-problems';
import type { AutoFixPorts, AutoFixStep } from './ports';
import type { Problem } from './problem';
import { firstRound, nextStep, startsAnew, unreadProblem, type EndReason, type RoundResult, type Rounds } from './rounds';
import { runCheck, type CheckRun } from './run-check';
import type { AutoFixSettings } from './settings';
import { completeEvent, startEvent } from './strip-events';
import { endWords, otherProblems, seconds, silenceWords, uncheckedWords, unreadAgain, type EndFacts } from './words/end-words';
import { endForModel, problemsForModel, type ModelFacts } from './words/model-text';

/** What outlives a run. */
export type ChatMemory = {
  /** By check, what the agent left broken. */
  own: Map<string, readonly Problem[]>;
  /** By check, how long it took the last time, in ms. */
  durations: Map<string, number>;
};

/** What one round gathers, check by check. */
type Gathered = {
  fresh: Problem[];
  old: number;
  unclear: number;
  answered: number;
  stopped: boolean;
  runs: ModelFacts['runs'][number][];
  commands: string[];
  /** Keys of checks that failed with words nobody could read. */
  unread: string[];
};

/** Why a check gave no answer. */
type Silence = { by: (typeof gravest)[number]; check: string; says: string };
const gravest = ['broken', 'timed_out', 'not_approved'] as const;

/** Folders of changed files in which a file that a tool names without its folder is looked for. */
const mostNear = 50;

export class AutoFixRun {
  readonly #ports: AutoFixPorts;
  readonly #memory: ChatMemory;
  readonly #settings: AutoFixSettings;
  readonly #changes: FileChanges;
  readonly #known: KnownProblems;
  /** Files that may have been written: a look at a project after that is none before. */
  readonly #written = new Set<string>();
  /** Written since a check was last in order. */
  readonly #pending = new Set<string>();
  #rounds: Rounds = firstRound;
  /** What the agent was sent after last, and the files in which that is or may come from. */
  #open: { result: RoundResult; files: ReadonlySet<string> } | null = null;
  /** Written since the agent was last sent, or told the end. */
  readonly #sinceSent = new Set<string>();
  /** Checks that gave no answer since the loop began, and those that are therefore left alone for the rest of the run. */
  readonly #silent = new Map<string, Silence>();
  readonly #givenUp = new Set<string>();
  /** A change that no check has looked at. */
  #isUnchecked = false;
  readonly #permission: CheckPermission;
  #saidUnchecked = '';

  constructor(ports: AutoFixPorts, memory: ChatMemory) {
    this.#ports = ports;
    this.#memory = memory;
    this.#settings = ports.settings();
    this.#permission = new CheckPermission(ports, this.#settings.mode === 'on' ? 'on' : 'ask');
    this.#changes = new FileChanges(ports.files);
    this.#known = new KnownProblems(memory.own);
  }

  /**
   * Call before a file is written, moved or deleted, with the paths that will change, and wait for it. It remembers
   * how they were and, where that is allowed and quick enough, sees what is wrong already. Never rejects for a check.
   */
  async beforeWrite(paths: readonly string[], signal: AbortSignal): Promise<void> {
    if (this.#settings.mode === 'off') return;
    const files = (await this.#shown(paths)).filter((path) => !this.#written.has(path));
    for (const file of files) await this.#changes.remember(file);
    await this.#lookBefore(files.filter(isCode), signal);
    for (const file of files) this.#written.add(file);
  }

  async #lookBefore(code: readonly string[], signal: AbortSignal): Promise<void> {
    let left = this.#settings.beforeWriteMs;
    if (code.length === 0 || left <= 0 || this.#rounds.over !== null) return;
    this.#permission.forget();
    const { checks } = await findChecks(this.#ports.files, code, this.#settings, signal);
    for (const check of checks) {
      if (signal.aborted || left <= 0) return;
      if (this.#known.covers(check) || this.#isWritten(check) || (this.#memory.durations.get(check.key) ?? 0) > left) continue;
      if ((await this.#permission.of(check, 'baseline', signal)) !== 'allowed') continue;
      const { run, report } = await this.#run(check, 0, Math.min(left, this.#settings.timeoutMs), signal);
      const problems = this.#known.before(check, run);
      await report({ fresh: [...problems], old: [], unclear: [] });
      left -= run.durationMs;
    }
  }

  /**
   * Call after something was written, with the paths that changed since the last call; with none when the agent is done
   * and changed nothing more. Runs the checks that the changes call for. With a signal that is aborted already nothing
   * runs any more: what is open is closed in words.
   */
  async afterWrites(paths: readonly string[], signal: AbortSignal): Promise<AutoFixStep> {
    if (this.#settings.mode === 'off') return { kind: 'idle' };
    for (const file of await this.#shown(paths)) {
      this.#changes.touch(file);
      this.#written.add(file);
      this.#sinceSent.add(file);
      if (!isCode(file)) continue;
      this.#pending.add(file);
      this.#isUnchecked = true;
    }
    if (signal.aborted) return this.#cutOff();
    const isDone = paths.length === 0;
    if (isDone && this.#open !== null) return this.#end('left_open', this.#open.result, {});
    // When the loop is over, the agent may still have gone on to a good end: that is worth one last look.
    const isOver = this.#rounds.over !== null;
    if (isOver !== isDone || this.#pending.size === 0 || this.#sinceSent.size === 0) return { kind: 'idle' };
    const found = await findChecks(this.#ports.files, [...this.#pending], this.#settings, signal);
    if (found.checks.length > 0 && found.checks.every(({ key }) => this.#givenUp.has(key))) return { kind: 'idle' };
    const gathered = await this.#check(found, signal);
    return this.#conclude(gathered, found);
  }

  /** The run is over before the agent was done. */
  async #cutOff(): Promise<AutoFixStep> {
    if (this.#open === null) return { kind: 'idle' };
    const { result } = this.#open;
    if (!this.#isUnchecked) return this.#end('left_open', result, { reason: 'the run is over' });
    return this.#end('stopped', result, { reason: `The run ended before what was done about ${formatCount(result.fresh.length, 'problem')} was checked.` });
  }

  async #check({ checks }: FoundChecks, signal: AbortSignal): Promise<Gathered> {
    const gathered: Gathered = { fresh: [], old: 0, unclear: 0, answered: 0, stopped: false, runs: [], commands: [], unread: [] };
    if (checks.length === 0) return gathered;
    this.#permission.forget();
    const changes = await this.#changes.now();
    const evidence = { evidence: evidenceOf(changes), gone: new Set(changes.filter(({ after }) => after === null).map(({ file }) => file)) };
    const settled = new Set<string>();
    for (const check of checks) {
      const project = `${check.kind} ${check.folder}`;
      // What comes after in the same project (its tests, a second tool) would mostly say the same once more.
      if (settled.has(project) || this.#givenUp.has(check.key) || this.#silent.has(check.key)) continue;
      const permission = await this.#permission.of(check, 'check', signal);
      gathered.stopped = permission === 'stopped';
      if (gathered.stopped) break;
      if (permission === 'not_approved') {
        this.#silent.set(check.key, { by: permission, check: checkName(check), says: 'was not allowed to run.' });
        settled.add(project);
        continue;
      }
      gathered.commands.push(checkName(check));
      const { run, report } = await this.#run(check, this.#rounds.count + 1, this.#settings.timeoutMs, signal);
      const judged = this.#judge(gathered, check, run, evidence);
      await report(judged);
      gathered.stopped = run.result === 'stopped';
      if (gathered.stopped) break;
      if (run.result !== 'passed' && (run.result !== 'failed' || judged.fresh.length > 0)) settled.add(project);
    }
    return gathered;
  }

  #judge(gathered: Gathered, check: Check, run: CheckRun, evidence: Parameters<KnownProblems['judge']>[2]): Judged {
    const judged: Judged = { fresh: [], old: [], unclear: [] };
    const silent = (by: Silence['by'], says: string): unknown => this.#silent.set(check.key, { by, check: checkName(check), says });
    switch (run.result) {
      case 'passed':
        this.#known.passed(check);
        break;
      case 'failed':
        Object.assign(judged, this.#known.judge(check, run.problems, evidence));
        break;
      case 'unread':
        gathered.unread.push(check.key);
        if (this.#known.wasUnread(check)) silent('broken', 'fails without naming a problem, and did so before the change.');
        else judged.fresh.push(unreadProblem(run.tail));
        break;
      case 'timed_out':
        silent('timed_out', `did not end within ${seconds(run.timeoutMs)} (boocode.${run.capped ? 'commands.maxTimeoutSeconds' : 'autoFix.timeoutSeconds'}).`);
        break;
      case 'broken':
        silent('broken', `does not work: ${run.reason.message} ${run.reason.next_step}`);
        break;
      case 'stopped':
        break;
    }
    if (run.result === 'passed' || run.result === 'failed' || judged.fresh.length > 0) gathered.answered++;
    gathered.fresh.push(...judged.fresh);
    gathered.old += judged.old.length;
    gathered.unclear += judged.unclear.length;
    if (judged.fresh.length > 0) gathered.runs.push({ command: checkName(check), exitCode: run.exitCode, durationMs: run.durationMs });
    return judged;
  }

  async #conclude({ runs, commands, unread, stopped, ...facts }: Gathered, found: FoundChecks): Promise<AutoFixStep> {
    const { maxRounds } = this.#settings;
    this.#isUnchecked = stopped;
    const silences = [...this.#silent.values()];
    const result: RoundResult = { ...facts, hindered: stopped ? 'stopped' : (gravest.findLast((by) => silences.some((silence) => silence.by === by)) ?? null) };
    if (this.#rounds.over !== null && result.fresh.length > 0) return this.#end('left_open', result, { leftOut: found.leftOut });
    const attempted = [...this.#sinceSent].some((file) => this.#open?.files.has(file));
    const { rounds, step } = nextStep(this.#rounds, result, { maxRounds, attempted });
    if (step.kind === 'wait') return { kind: 'idle' };
    if (step.kind === 'end') {
      if (step.reason === 'broken') for (const key of unread) this.#givenUp.add(key);
      const reason = this.#whyEnded(step.reason, commands, found);
      const ended = await this.#end(step.reason, result, { commands, reason, leftOut: found.leftOut });
      this.#rounds = rounds;
      return ended;
    }
    this.#rounds = rounds;
    const { fresh, old, unclear } = result;
    this.#open = { result, files: new Set([...this.#written, ...fresh.flatMap(({ file }) => file ?? [])]) };
    this.#sinceSent.clear();
    const userText = `${formatCount(fresh.length, 'new problem')} (round ${step.round} of ${maxRounds}).${otherProblems({ old, unclear })}`;
    const modelText = problemsForModel({ runs, round: step.round, maxRounds, fresh, old, unclear });
    await this.#ports.report({ type: 'auto_fix:step', round: step.round, outcome: 'again', text: userText, model_text: modelText });
    return { kind: 'again', round: step.round, userText, modelText };
  }

  #whyEnded(reason: EndReason, commands: readonly string[], { unchecked }: FoundChecks): string {
    if (reason === 'stopped') return '';
    if (reason === 'no_check') return uncheckedWords(unchecked);
    return this.#silent.size > 0 ? silenceWords([...this.#silent.values()]) : unreadAgain(commands);
  }

  async #end(reason: EndReason, { fresh, old, unclear }: RoundResult, { commands = [], reason: why = '', leftOut = 0 }: Partial<Pick<EndFacts, 'commands' | 'reason' | 'leftOut'>>): Promise<AutoFixStep> {
    const round = this.#rounds.count;
    this.#open = null;
    this.#sinceSent.clear();
    if (startsAnew(reason)) this.#pending.clear();
    for (const key of this.#silent.keys()) this.#givenUp.add(key);
    this.#silent.clear();
    if (reason === 'left_open') this.#rounds = { ...this.#rounds, over: reason };
    if (reason === 'no_check') {
      if (this.#saidUnchecked === why) return { kind: 'idle' };
      this.#saidUnchecked = why;
    }
    const userText = endWords(reason, { commands, rounds: round, fresh: fresh.length, old, unclear, leftOut, reason: why });
    const modelText = endForModel(reason, userText);
    await this.#ports.report({ type: 'auto_fix:step', round, outcome: reason, text: userText, model_text: modelText });
    return { kind: 'end', reason, userText, modelText };
  }

  /** The start is stored before it runs; the end is told by the caller, who knows what was new. */
  async #run(check: Check, round: number, timeoutMs: number, signal: AbortSignal): Promise<{ run: CheckRun; report: (judged: Judged) => Promise<void> }> {
    const checkId = this.#ports.newId();
    await this.#ports.report(startEvent(checkId, check, round));
    const roots = rootsOf(this.#ports.files);
    const near = [...new Set([...this.#written].map((file) => folderOf(file, roots)))].slice(0, mostNear);
    const run = await runCheck(this.#ports, check, { timeoutMs, near, signal, onOutput: (chunk) => this.#ports.output(checkId, chunk) });
    if (run.result !== 'stopped' && run.result !== 'broken') this.#memory.durations.set(check.key, run.durationMs);
    return { run, report: (judged) => this.#ports.report(completeEvent(checkId, run, judged)) };
  }

  /** A check that looks at whole projects sees what was written there before; one of single files does not. */
  #isWritten({ folder, only }: Check): boolean {
    const written = [...this.#written].filter(isCode);
    if (only !== undefined) return only.some((file) => this.#written.has(file));
    return written.some((file) => folder === '.' || file.startsWith(`${folder}/`));
  }

  /** One spelling for each file; of very many the rest is taken as it is, for each costs a look at the disk. */
  async #shown(paths: readonly string[]): Promise<string[]> {
    const shown: string[] = [];
    for (const path of paths.slice(0, changeLimits.files)) {
      const facts = await this.#ports.files.stat(path);
      const target = facts.ok ? facts : await this.#ports.files.writeTarget(path);
      shown.push(target.ok ? target.value.path : path);
    }
    return [...new Set([...shown, ...paths.slice(changeLimits.files)])];
  }
}

function checkName(check: Check): string {
  const { folder } = check;
  const line = commandLine(shownArgv(check));
  return folder === '.' ? line : `${line} in ${folder}`;
}
