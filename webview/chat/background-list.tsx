// What goes on in the background of the window, above the composer; nothing when nothing does.
import type { BackgroundRow } from '../../shared/messages/chat';
import { Elapsed, Icon, IconButton } from '../kit/components';
import { memo } from '../kit/memo';
import { visibleText } from '../kit/visible-text';
import { useSession } from './session-context';

export const BackgroundList = memo(function BackgroundList({ commands, chatId }: { commands: readonly BackgroundRow[]; chatId: string | null }) {
  const session = useSession();
  if (commands.length === 0) return null;
  return (
    <ul class="background-list" aria-label="Running in the background">
      {commands.map(({ id, chat_id, command_line, cwd, started_at, last_line }) => (
        <li key={id} class="row background-row" title={`${command_line}\nin ${cwd}${chat_id === chatId ? '' : ', of another chat'}`}>
          <Icon name="server-process" />
          <span class="background-command">{visibleText(command_line)}</span>
          {chat_id !== chatId && <span class="muted background-owner">another chat</span>}
          <span class="background-last muted">{visibleText(last_line)}</span>
          <span class="tool-time">
            <Elapsed since={started_at} />
          </span>
          <IconButton icon="output" label={`Show Output of ${command_line}`} onClick={() => session.background(id, 'show')} />
          <IconButton icon="debug-stop" label={`Stop ${command_line}`} onClick={() => session.background(id, 'stop')} />
        </li>
      ))}
    </ul>
  );
});
