// Named scripts, for benchmarks and for tests that need the server in a process of its own. Each decides from the
// request alone, so a session that was killed and resumed meets the same model.
import { answer, fault, type Reply, type ScriptedToolCall } from './reply';
import type { ModelServerRequest, Script } from './server';

export type ScriptOptions = {
  turns: number;
  /** Files of the workspace that may be read. */
  files: readonly string[];
};

export const defaultScriptOptions: ScriptOptions = {
  turns: 50,
  files: ['README.md', 'package.json', 'src/cart.js', 'src/discounts.js', 'src/money.js', 'test/cart.test.js'],
};

/** The turn a request is for: one more than the answers it carries since the last thing the user said. */
function turnOf({ body }: ModelServerRequest): number {
  const since = body.messages.findLastIndex(({ role }) => role === 'user');
  return body.messages.slice(since + 1).filter(({ role }) => role === 'assistant').length + 1;
}

function lookAround(turn: number, place: number, files: readonly string[]): ScriptedToolCall {
  const id = `call_${turn}_${place}`;
  switch ((turn + place) % 3) {
    case 0:
      return { id, name: 'search_files', arguments: { query: ['total', 'discount', 'price'][turn % 3] } };
    case 1:
      return { id, name: 'read_file', arguments: { path: files[Math.floor(turn / 3) % files.length] } };
    default:
      return { id, name: 'list_files', arguments: { path: '.' } };
  }
}

const say = (turn: number): Reply => answer({ reasoning: `After ${turn - 1} turns I know enough.`, text: `Done after ${turn - 1} turns of looking around.` });

export const scripts: Record<string, (options: ScriptOptions) => Script> = {
  /** Answers at once. */
  answer: () => (request) => answer({ text: `You said: ${String(request.body.messages.at(-1)?.content)}` }),

  /** Looks around for N turns, one call each, then answers. */
  'fifty-turns':
    ({ turns, files }) =>
    (request) => {
      const turn = turnOf(request);
      if (turn > turns) return say(turn);
      return answer({ reasoning: `Turn ${turn}: looking further.`, text: `Step ${turn}.`, toolCalls: [lookAround(turn, 0, files)] });
    },

  /** The same with three calls in each turn. */
  'parallel-reads':
    ({ turns, files }) =>
    (request) => {
      const turn = turnOf(request);
      if (turn > turns) return say(turn);
      return answer({ toolCalls: [0, 1, 2].map((place) => lookAround(turn, place, files)) });
    },

  /** Reads one file a turn and nothing else; for requests that grow to a size. */
  reads:
    ({ turns, files }) =>
    (request) => {
      const turn = turnOf(request);
      if (turn > turns) return say(turn);
      return answer({ toolCalls: [{ id: `call_${turn}_0`, name: 'read_file', arguments: { path: files[turn % files.length] } }] });
    },

  /** Streams slowly for a long time; for stopping in the middle. */
  slow: () => () => answer({ text: 'word '.repeat(2_000), pieceLength: 5, pauseMs: 20 }),

  /** Starts a command that runs for a long time. */
  'long-command': () => (request) =>
    turnOf(request) > 1 ? say(2) : answer({ toolCalls: [{ id: 'call_1_0', name: 'run_command', arguments: { argv: ['node', '-e', 'setTimeout(() => {}, 60000)'] } }] }),

  /** Names a tool that does not exist, then sends arguments cut off in the middle, then answers. */
  'bad-calls': () => (request) => {
    switch (turnOf(request)) {
      case 1:
        return answer({ toolCalls: [{ id: 'call_1_0', name: 'no_such_tool', arguments: {} }] });
      case 2:
        return answer({ toolCalls: [{ id: 'call_2_0', name: 'read_file', arguments: '{"path": "READ' }] });
      default:
        return answer({ text: 'I could not do it.' });
    }
  },

  /** Asks for the same call for ever. */
  'same-call': () => (request) => answer({ toolCalls: [{ id: `call_${turnOf(request)}_0`, name: 'list_files', arguments: { path: '.' } }] }),

  'wrong-key': () => () => fault.status(401, { message: 'Authentication Fails, your api key is invalid' }),
  'no-balance': () => () => fault.status(402, { message: 'Insufficient Balance' }),
  'rate-limited': () => (request) => (request.n === 1 ? fault.status(429, { retryAfter: 1 }) : answer({ text: 'Thanks for waiting.' })),
  'server-error': () => () => fault.status(503, { message: 'overloaded' }),
  reset: () => () => fault.resetAfter(4, { text: 'This answer will never be whole.' }),
};
