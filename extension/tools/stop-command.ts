// stop_command: ends a background command of this chat. Nobody is asked: what it ends was started by the same agent.
import * as z from 'zod';
import { backgroundStopped } from './command-results';
import { failure } from './tool-results';
import { defineTool } from './tool';

const input = z.strictObject({ id: z.string() });

export const stopCommandTool = defineTool({
  name: 'stop_command',
  description: 'End a background command and everything it started.',
  input,
  access: 'read',
  subject: ({ id }) => id,
  async plan(wanted) {
    return { kind: 'ready', prepared: wanted };
  },
  async run({ id }, { commands, chatId = null }) {
    const wasRunning = commands.background.list(chatId).some((command) => command.id === id && command.state === 'running');
    const stopped = await commands.background.stop(id, chatId);
    return stopped.ok ? backgroundStopped(stopped.value, wasRunning) : failure(stopped.error);
  },
});
