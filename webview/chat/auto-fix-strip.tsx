// One loop of auto-fix in one strip: a chip for each check with its round, time and result, how the loop ended in
// words, and on demand the problems as links that open their line.
import type { CheckProblem } from '../../shared/auto-fix';
import { formatCount, formatDuration } from '../../shared/format';
import { quoteArgument } from '../../shared/visible-text';
import { Button, Duration, Elapsed, Icon, IconButton, useOpen } from '../kit/components';
import { memo } from '../kit/memo';
import { visibleText } from '../kit/visible-text';
import type { AutoFixCheck, AutoFixItem, CheckResult } from './auto-fix-item';
import { useSession } from './session-context';
import { isBusy, isElsewhere } from './state';
import { LiveOutput } from './tool-details';

type Look = { icon: string; tone: 'good' | 'failing' | 'unsure' | 'neutral'; word: string };

const resultLooks: Record<CheckResult, Look> = {
  passed: { icon: 'check', tone: 'good', word: 'passed' },
  failed: { icon: 'error', tone: 'failing', word: 'problems' },
  unread: { icon: 'error', tone: 'failing', word: 'failed, and its output could not be read' },
  timed_out: { icon: 'watch', tone: 'unsure', word: 'did not end in time' },
  stopped: { icon: 'debug-stop', tone: 'unsure', word: 'stopped' },
  broken: { icon: 'warning', tone: 'unsure', word: 'the check itself does not work' },
  interrupted: { icon: 'debug-disconnect', tone: 'unsure', word: 'cut off' },
};

/** What was there before the agent wrote anything is no failure of its change. */
const beforeLook: Look = { icon: 'info', tone: 'neutral', word: 'problems that were there before' };

const endLooks: Record<NonNullable<AutoFixItem['step']>['outcome'], Look> = {
  again: { icon: 'sync', tone: 'unsure', word: 'The agent works on it' },
  passed: { icon: 'check', tone: 'good', word: 'Passed' },
  only_old: { icon: 'check', tone: 'good', word: 'No new problems' },
  repeated: { icon: 'warning', tone: 'unsure', word: 'Ended: the same problems came back' },
  round_limit: { icon: 'warning', tone: 'unsure', word: 'Ended: the limit of rounds' },
  left_open: { icon: 'warning', tone: 'unsure', word: 'Ended: problems are left' },
  timed_out: { icon: 'watch', tone: 'unsure', word: 'Ended: a check took too long' },
  stopped: { icon: 'debug-stop', tone: 'unsure', word: 'Stopped' },
  not_approved: { icon: 'circle-slash', tone: 'unsure', word: 'Not checked' },
  no_check: { icon: 'circle-slash', tone: 'neutral', word: 'Not checked' },
  broken: { icon: 'warning', tone: 'unsure', word: 'The check itself does not work' },
};

/** `output`: what the check that runs has written so far. */
export const AutoFixStrip = memo(function AutoFixStrip({ item, output }: { item: AutoFixItem; output: string | undefined }) {
  const session = useSession();
  const [open, toggle] = useOpen(item.id);
  const { checks, step } = item;
  const running = checks.find((check) => check.result === null);
  const canStop = running !== undefined && isBusy(session.view) && !isElsewhere(session.view);
  const look = running !== undefined || step === null ? null : endLooks[step.outcome];
  // A check that passed at once is a row like that of any call.
  const passed = step?.outcome === 'passed' && checks.length === 1 ? checks[0] : undefined;
  // Nor is it news after each edit that there is no check at all; why is said on demand.
  const isQuiet = passed !== undefined || (step?.outcome === 'no_check' && checks.length === 0);
  const command = sharedCommand(checks);
  const words = running === undefined ? (step?.text ?? checks.at(-1)?.text ?? '') : '';
  return (
    <div class="auto-fix" role="group" aria-label="Auto-fix">
      <div class="auto-fix-head">
        <button type="button" class="row auto-fix-row" data-row data-item={item.id} aria-expanded={open} onClick={toggle}>
          <Icon name={open ? 'chevron-down' : 'chevron-right'} />
          <span class="tool-name">auto-fix</span>
          <span class="check-chips">
            {checks.length === 0 && look !== null && <span class="muted">{look.word}</span>}
            {command !== null && <span class="chip-command muted">{visibleText(command)}</span>}
            {(passed === undefined ? checks : []).map((check) => (
              <Chip key={check.check_id} check={check} isNamed={command === null} />
            ))}
          </span>
          {passed !== undefined && (
            <span class="tool-time">
              <Duration ms={passed.duration_ms} />
            </span>
          )}
          {look !== null && (
            <span class={`check-end ${look.tone}`} title={look.word}>
              <Icon name={look.icon} />
              <span class="sr-only">{look.word}</span>
            </span>
          )}
        </button>
        {canStop && <IconButton icon="debug-stop" label="Stop the Check and the Run" onClick={() => session.stop()} />}
      </div>
      {running !== undefined && output !== undefined && !open && <LiveOutput text={output} />}
      {words !== '' && (open || !isQuiet) && <div class={`auto-fix-words ${look?.tone ?? ''}`}>{visibleText(words)}</div>}
      {open && checks.length > 0 && (
        <div class="tool-details">
          {checks.map((check) => (
            <CheckDetails key={check.check_id} check={check} output={check === running ? output : undefined} />
          ))}
        </div>
      )}
    </div>
  );
});

/** What all checks of the loop ran, where they ran the same: said once, there is room for it. */
function sharedCommand(checks: readonly AutoFixCheck[]): string | null {
  const [first] = checks;
  if (first === undefined) return null;
  const command = commandText(first);
  return checks.every((check) => commandText(check) === command) ? command : null;
}

function Chip({ check, isNamed }: { check: AutoFixCheck; isNamed: boolean }) {
  const { result, started_at, duration_ms, problems, more } = check;
  const look = result === null ? null : check.purpose === 'baseline' && result === 'failed' ? beforeLook : resultLooks[result];
  const count = problems.length + more;
  const command = commandText(check);
  const time = duration_ms === null ? '' : `, ${formatDuration(duration_ms)}`;
  return (
    <span class={`check-chip ${look?.tone ?? 'running'}`} title={`${roundWord(check)}: ${command}\n${look?.word ?? 'running'}${time}`}>
      <span class="chip-round">{check.purpose === 'baseline' ? 'before' : `round ${check.round}`}</span>
      {isNamed && <span class="chip-command">{visibleText(command)}</span>}
      <span class="chip-time number">{duration_ms === null ? result === null && <Elapsed since={started_at} /> : formatDuration(duration_ms)}</span>
      <Icon name={look?.icon ?? 'loading'} spin={look === null} />
      {result === 'failed' && count > 0 && <span class="number">{count}</span>}
      <span class="sr-only">{look?.word ?? 'running'}</span>
    </span>
  );
}

function CheckDetails({ check, output }: { check: AutoFixCheck; output: string | undefined }) {
  const session = useSession();
  const { cwd, covers, problems, more, text, result, full_output, duration_ms } = check;
  return (
    <div class="check-details">
      <div class="details-label">
        {roundWord(check)}: {visibleText(commandText(check))}
        {cwd !== '.' && cwd !== '' && <> in {visibleText(cwd)}</>}
        {covers !== '' && <> ({visibleText(covers)})</>}
        {duration_ms !== null && <> · {formatDuration(duration_ms)}</>}
      </div>
      <div>{result === null ? 'Running' : visibleText(text)}</div>
      {output !== undefined && <LiveOutput text={output} />}
      {problems.length > 0 && (
        <ul class="check-problems">
          {problems.map((problem, index) => (
            <li key={index}>
              <Problem problem={problem} />
            </li>
          ))}
          {more > 0 && <li class="muted">… and {formatCount(more, 'problem')} more</li>}
        </ul>
      )}
      {full_output !== null && (
        <div class="details-actions">
          <Button icon="output" onClick={() => session.openOutput(full_output)}>
            Open Full Output
          </Button>
        </div>
      )}
    </div>
  );
}

function Problem({ problem: { file, line, column, severity, code, message } }: { problem: CheckProblem }) {
  const session = useSession();
  const place = line === null ? file : `${file}:${line}${column === null ? '' : `:${column}`}`;
  return (
    <>
      <span class={`problem-severity ${severity}`} title={severity}>
        <Icon name={severity} />
        <span class="sr-only">{severity}</span>
      </span>
      <span class="problem-text">
        {file !== null && (
          <>
            <button type="button" class="link-button" onClick={() => session.openFile(file, line ?? undefined)}>
              {visibleText(place ?? '')}
            </button>{' '}
          </>
        )}
        <ProblemMessage message={message} />
        {code !== null && <span class="muted"> {code}</span>}
      </span>
    </>
  );
}

/** One that spans lines keeps them, as the end of an output does that nobody could read. */
function ProblemMessage({ message }: { message: string }) {
  const lines = message.split('\n');
  return (
    <>
      {lines.map((line, index) => (
        <span key={index} class={lines.length > 1 ? 'problem-line' : undefined}>
          {visibleText(line)}
        </span>
      ))}
    </>
  );
}

function roundWord({ purpose, round }: AutoFixCheck): string {
  return purpose === 'baseline' ? 'Before the first write' : `Round ${round}`;
}

function commandText({ argv }: AutoFixCheck): string {
  return argv.map(quoteArgument).join(' ');
}
