// What goes on in the background, in the form in which the chat lists it.
import type { BackgroundRow } from '../../shared/messages/chat';
import type { BackgroundCommands } from '../platform/background-commands';

const longestLine = 300;

export function backgroundRows(background: BackgroundCommands): BackgroundRow[] {
  return background
    .list()
    .filter(({ state }) => state === 'running')
    .map(({ id, chat_id, command_line, cwd, started_at, last_line }) => ({
      ...{ id, chat_id, cwd: cwd.slice(0, 1000), started_at },
      command_line: command_line.slice(0, longestLine),
      last_line: last_line.slice(0, longestLine),
    }));
}
