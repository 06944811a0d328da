// command_output: what a background command has written, and which there are.
import * as z from 'zod';
import { backgroundList, backgroundOutput } from './command-results';
import { failure } from './tool-results';
import { defineTool } from './tool';

const mostBytes = 32 * 1024;
const longestWaitMs = 60_000;
const mostTexts = 8;

const input = z.strictObject({
  id: z.optional(z.string()),
  offset: z.optional(z.int().min(0)),
  wait_s: z.optional(z.number().min(0)),
  until: z.optional(z.string().max(500)),
});

export const commandOutputTool = defineTool({
  name: 'command_output',
  description:
    'Without id: list the background commands. With id: up to 32 KB of its output from byte offset on (default: the newest). wait_s waits (60 s at most) for new output or, with until, for a plain text; a|b waits for either.',
  input,
  access: 'read',
  subject: ({ id, until }) => [id ?? 'all', until === undefined ? '' : `until ${JSON.stringify(until)}`].filter((part) => part !== '').join(' '),
  async plan(wanted) {
    return { kind: 'ready', prepared: wanted };
  },
  async run({ id, offset = null, wait_s = 0, until = '' }, { commands, signal, chatId = null }) {
    if (id === undefined || id === '') return backgroundList(commands.background.list(chatId));
    const texts = until.split('|').filter((text) => text.trim() !== '').slice(0, mostTexts);
    const waitMs = Math.min(wait_s * 1000, longestWaitMs);
    const read = await commands.background.read(id, chatId, { offset, most: mostBytes, waitMs, until: texts, signal });
    if (!read.ok) return failure(read.error);
    return backgroundOutput(read.value, { offset, until: texts, waitedMs: waitMs });
  },
});
