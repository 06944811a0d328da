// Which one action helps with an error, by its code. The texts of the error itself come from the host.
import type { RunAction } from './session';

export type Remedy = { label: string; do: { run: RunAction } | { newChat: true } } | null;

const run = (label: string, action: RunAction): Remedy => ({ label, do: { run: action } });

export function remedyFor(code: string): Remedy {
  switch (code) {
    case 'no_key':
    case 'bad_key':
      return run('Set API Key', 'set_api_key');
    case 'no_balance':
    case 'no_permission':
    case 'unknown_model':
    case 'no_tools':
    case 'price_unknown':
    case 'malformed_calls':
    case 'empty_answer':
      return run('Choose Model', 'choose_model');
    case 'no_folder':
      return run('Open Folder', 'open_folder');
    case 'untrusted':
      return run('Manage Trust', 'manage_trust');
    case 'context_exceeded':
    case 'chat_deleted':
      return { label: 'New Chat', do: { newChat: true } };
    case 'internal':
    case 'command_failed':
      return run('Show Log', 'show_log');
    default:
      return code.startsWith('storage_') ? run('Check Storage', 'check_storage') : null;
  }
}

/** Trying the same again makes sense; with a wrong key or a full context it does not. */
export function canRetry(code: string): boolean {
  return !['no_folder', 'untrusted', 'context_exceeded', 'no_key', 'no_tools', 'price_unknown', 'max_turns', 'budget'].includes(code);
}
