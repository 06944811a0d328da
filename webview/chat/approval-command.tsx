// The command a person is asked about: as separate arguments, or as the line that a shell will read, whole and with its
// hidden characters; where it runs, and whether it goes on in the background.
import type { ApprovalSubject } from '../../shared/events';
import { quoteArgument } from '../../shared/visible-text';
import { Icon } from '../kit/components';
import { visibleText } from '../kit/visible-text';
import { shellLine, type ShellLine } from './shell-line';

type CommandSubject = Extract<ApprovalSubject, { kind: 'command' }>;

/** The host writes how it runs before the first colon of its title. */
const howItRuns = /^Run(?<shell> in a shell)?(?<background> in the background)?:/;

/** The title without what is shown below it anyway. */
export function commandTitle(title: string): string {
  return howItRuns.exec(title)?.[0].slice(0, -1) ?? title;
}

export function ApprovalCommand({ subject, title }: { subject: CommandSubject; title: string }) {
  const how = howItRuns.exec(title)?.groups;
  const line = shellLine(subject.argv);
  return (
    <div class="approval-command">
      {(line !== null || how?.['shell'] !== undefined) && (
        <div class="approval-mark">
          <Icon name="terminal" />
          <span>
            Runs in a shell{line !== null && <> ({line.before.map(quoteArgument).join(' ')})</>}: every part of the line takes effect.
          </span>
        </div>
      )}
      {how?.['background'] !== undefined && (
        <div class="approval-mark">
          <Icon name="server-process" />
          <span>Runs in the background, until it is stopped or this chat or the window is closed.</span>
        </div>
      )}
      {line === null ? <Arguments argv={subject.argv} /> : <Line {...line} />}
      <div class="muted approval-where">in {visibleText(subject.cwd)}</div>
    </div>
  );
}

function Arguments({ argv }: { argv: readonly string[] }) {
  return (
    <code class="command" tabIndex={0} role="group" aria-label="Command">
      {argv.map((argument, index) => (
        <span key={index} class="argument">
          {visibleText(quoteArgument(argument))}
        </span>
      ))}
    </code>
  );
}

/** Numbered when there are several lines, so that a line that begins anew is told from one that only wraps. */
function Line({ line, after }: ShellLine) {
  const lines = line.split('\n');
  return (
    <>
      <code class="command" tabIndex={0} role="group" aria-label="Line for the shell">
        {lines.map((text, index) => (
          <span key={index} class={lines.length > 1 ? 'shell-line numbered' : 'shell-line'} data-number={index + 1}>
            {visibleText(text)}
          </span>
        ))}
      </code>
      {after.length > 0 && <div class="muted approval-where">with the arguments {visibleText(after.map(quoteArgument).join(' '))}</div>}
    </>
  );
}
