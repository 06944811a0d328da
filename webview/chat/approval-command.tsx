// The command a person is asked about: as separate arguments, or as the line that a shell will read, whole and with its
// hidden characters; where it runs, and whether it goes on in the background.
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ApprovalSubject } from '../../shared/events';
import { shellLine, type ShellLine } from '../../shared/shell-line';
import { quoteArgument } from '../../shared/visible-text';
import { Icon } from '../kit/components';
import { visibleText } from '../kit/visible-text';

type CommandSubject = Extract<ApprovalSubject, { kind: 'command' }>;

/** The host writes how it runs before the first colon of its title. */
const howItRuns = /^Run(?<shell> in a shell)?(?<background> in the background)?:/;

/** The title without the command, which is shown below it anyway. */
export function commandTitle(title: string): string {
  const how = howItRuns.exec(title)?.[0].slice(0, -1);
  if (how !== undefined) return how;
  if (title.startsWith('Check the change with ')) return 'Check the change';
  return title.startsWith('Run ') ? 'Run a command' : title;
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
    <CommandBox label="Command">
      {argv.map((argument, index) => (
        <span key={index}>
          {index > 0 && ' '}
          {visibleText(quoteArgument(argument))}
        </span>
      ))}
    </CommandBox>
  );
}

/** Says when there is more than fits, so that nobody allows what they have not seen the end of. */
function CommandBox({ label, children }: { label: string; children: ComponentChildren }) {
  const box = useRef<HTMLElement>(null);
  const [isWhole, setIsWhole] = useState(false);
  const [isCut, setIsCut] = useState(false);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const look = (): void => setIsCut(element.scrollHeight > element.clientHeight);
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const showAll = (): void => {
    setIsWhole(true);
    // The button goes; what it showed is what comes next.
    box.current?.focus();
  };
  return (
    <>
      <code class={isWhole ? 'command whole' : 'command'} tabIndex={0} role="group" aria-label={label} ref={box}>
        {children}
      </code>
      {isCut && !isWhole && (
        <div class="approval-mark">
          <Icon name="warning" />
          <span>
            There is more than fits here.{' '}
            <button type="button" class="link-button" onClick={showAll}>
              Show All
            </button>
          </span>
        </div>
      )}
    </>
  );
}

/** Numbered when there are several lines, so that a line that begins anew is told from one that only wraps. */
function Line({ line, after }: ShellLine) {
  const lines = line.split('\n');
  return (
    <>
      <CommandBox label="Line for the shell">
        {lines.map((text, index) => (
          <span key={index} class={lines.length > 1 ? 'shell-line numbered' : 'shell-line'} data-number={index + 1}>
            {visibleText(text)}
          </span>
        ))}
      </CommandBox>
      {after.length > 0 && <div class="muted approval-where">with the arguments {visibleText(after.map(quoteArgument).join(' '))}</div>}
    </>
  );
}
