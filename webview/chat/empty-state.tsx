// A chat without messages: what it is for, and the one action that gets it going.
import type { HostStatus } from '../../shared/messages/chat';
import { Button, EmptyState, Icon } from '../kit/components';
import { useSession } from './session-context';

export function ChatEmptyState({ status }: { status: HostStatus }) {
  const session = useSession();
  switch (status.readiness) {
    case 'no_folder':
      return (
        <EmptyState title="Open a folder to begin" actions={<Button kind="primary" onClick={() => session.run('open_folder')}>Open Folder</Button>}>
          <p>BooCode reads, edits and runs things in the folder you open, and shows each step here.</p>
        </EmptyState>
      );
    case 'untrusted':
      return (
        <EmptyState title="This folder is not trusted" actions={<Button kind="primary" onClick={() => session.run('manage_trust')}>Manage Trust</Button>}>
          <p>BooCode edits files and runs commands, so it stays off until you trust this folder.</p>
        </EmptyState>
      );
    case 'no_key':
      return (
        <EmptyState
          title={`Set an API key for ${status.provider}`}
          actions={
            <>
              <Button kind="primary" onClick={() => session.run('set_api_key')}>Set API Key</Button>
              <Button onClick={() => session.run('choose_model')}>Choose Another Model</Button>
              <Button onClick={() => session.run('run_demo')}>Run the Demo</Button>
            </>
          }
        >
          <p>The key is kept in your system’s secret storage. The demo is scripted and needs no key.</p>
        </EmptyState>
      );
    case 'ready':
      return (
        <EmptyState title="What should BooCode do?">
          <p>Every step it takes will appear here: what it reads, changes and runs, with the time each took.</p>
          <ul class="suggestions">
            {status.suggested_tasks.map((task) => (
              <li key={task}>
                <button type="button" class="row suggestion" data-row onClick={() => session.send(task)}>
                  <Icon name="arrow-right" />
                  <span>{task}</span>
                </button>
              </li>
            ))}
          </ul>
        </EmptyState>
      );
  }
}
