// The headless command line: what may be said, checked before anything is opened.
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { uuid } from '../../shared/ids';
import { maxTraceLimit } from '../../shared/traces';
import { traceFormats } from '../trace/export/export-trace';

/** Wrong use: exit status 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

const environmentName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable');
const wholeNumber = z.string().regex(/^\d+$/, 'must be a whole number').transform(Number);

const limitRange = `must be from 1 to ${maxTraceLimit}`;

const options = z.object({
  workspace: z.string().default('.'),
  storage: z.optional(z.string()),
  provider: z.enum(['demo', 'deepseek', 'openai-compatible']).default('demo'),
  'base-url': z.optional(z.url({ protocol: /^https?$/, error: 'must start with http:// or https://' })),
  model: z.optional(z.string().min(1)),
  'api-key-env': environmentName.default('DEEPSEEK_API_KEY'),
  approve: z.enum(['none', 'edits', 'all']).default('none'),
  'budget-tokens': z.optional(wholeNumber.pipe(z.int().positive())),
  'auto-fix': z.enum(['on', 'off']).default('off'),
  json: z.boolean().default(false),
  chat: z.optional(uuid),
  turn: z.optional(wholeNumber.pipe(z.int().positive('must be 1 or more'))),
  cursor: z.optional(z.string()),
  limit: z.optional(wholeNumber.pipe(z.int().min(1, limitRange).max(maxTraceLimit, limitRange))),
  format: z.optional(z.enum(traceFormats, { error: `must be one of ${traceFormats.join(', ')}` })),
  content: z.optional(z.enum(['on', 'off'])),
  help: z.boolean().default(false),
});
export type HeadlessOptions = z.infer<typeof options>;

const commonOptions = ['workspace', 'storage', 'provider', 'base-url', 'model', 'api-key-env', 'approve', 'budget-tokens', 'auto-fix', 'json', 'help'];

/** Each command, the names of its arguments, and the options it takes beside the common ones. */
const commands = {
  run: { args: ['TASK'], options: ['chat'] },
  resume: { args: ['CHAT'], options: [] },
  chats: { args: [], options: [] },
  traces: { args: ['CHAT'], options: ['turn', 'cursor', 'limit'] },
  'trace-export': { args: ['CHAT'], options: ['format', 'content'] },
  doctor: { args: [], options: [] },
} as const;
export type CommandName = keyof typeof commands;

export type HeadlessCall = { command: CommandName | 'help'; argument: string; options: HeadlessOptions };

export const usage = `Usage: node dist/headless.js <command> [options]

  run "TASK" [--chat ID]                          one agent task to its end
  resume CHAT                                     go on with a run that was cut off
  chats                                           list chats, newest first
  traces CHAT [--turn N] [--cursor C] [--limit L] one page of tool calls
  trace-export CHAT --format F [--content on|off] the trace with its agents: otlp | chrome | jsonl
  doctor                                          storage check, versions, what is degraded and why

  --workspace DIR      the folder to work in (default: the current one)
  --storage DIR        where chats and traces are kept (default: the user's data folder)
  --provider NAME      demo | deepseek | openai-compatible (default: demo)
  --base-url URL       address of the API, for openai-compatible
  --model NAME         the model's name as its API knows it
  --api-key-env NAME   environment variable that holds the key (default: DEEPSEEK_API_KEY)
  --approve LEVEL      none | edits | all (default: none, reads only)
  --budget-tokens N    tokens the run may use before it stops
  --auto-fix MODE      on | off (default: off); checks what was changed, needs --approve all
  --json               one JSON value a line on stdout

Traces of a run go to the OTLP/HTTP address in OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, where it is set.
Exit status: 0 done, 1 failed, 2 wrong use, 3 budget exhausted, 4 approval refused, 130 stopped.`;

/** Throws UsageError. */
export function parseCall(argv: readonly string[]): HeadlessCall {
  const { values, positionals } = parse(argv);
  const parsed = options.safeParse(values);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new UsageError(`--${issue?.path.join('.') ?? 'option'}: ${issue?.message ?? 'not valid'}`);
  }
  const [name, ...rest] = positionals;
  if (parsed.data.help || name === 'help') return { command: 'help', argument: '', options: parsed.data };
  if (name === undefined) throw new UsageError('No command was given.');
  if (!isCommand(name)) throw new UsageError(`There is no command "${name}".`);
  const { args, options: own } = commands[name];
  if (rest.length !== args.length) throw new UsageError(args.length === 0 ? `${name} takes no argument.` : `${name} takes one argument: ${args[0]}. Put it in quotes.`);
  const allowed = new Set<string>([...commonOptions, ...own]);
  for (const given of Object.keys(values)) if (!allowed.has(given)) throw new UsageError(`--${given} does not go with ${name}.`);
  return { command: name, argument: rest[0] ?? '', options: parsed.data };
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commands, name);
}

function parse(argv: readonly string[]): { values: Record<string, unknown>; positionals: string[] } {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        workspace: text, storage: text, provider: text, 'base-url': text, model: text, 'api-key-env': text, approve: text,
        'budget-tokens': text, 'auto-fix': text, json: flag, chat: text, turn: text, cursor: text, limit: text, format: text, content: text, help: { ...flag, short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
