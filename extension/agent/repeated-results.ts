// Keeps a read that comes to what an earlier one came to from filling the context a second time: the model gets one
// line that points at the result it has. Never points at what the model no longer sees in full.
import { canonicalJson } from '../providers/canonical-json';
import type { ToolCall } from '../../shared/events';
import type { ToolResult } from '../tools/tool';
import type { Conversation } from './history';

/** A shorter result is hardly longer than the line in its place. */
const worthBytes = 300;
/** Reads have short arguments. */
const longestArguments = 2_000;

const unchangedWords = '[Unchanged: exactly the result of your earlier';

type Earlier = { tool_call_id: string; place: number };

export class RepeatedResults {
  readonly #conversation: Conversation;
  /** By tool and arguments, the newest call whose result is given in full. */
  readonly #earlier = new Map<string, Earlier>();
  #messages: Conversation['messages'] = [];
  #seen = 0;

  constructor(conversation: Conversation) {
    this.#conversation = conversation;
  }

  /** The result of a read as the model gets it; `recorded` is its text as it would be recorded. */
  shortened(call: ToolCall, result: ToolResult, recorded: (text: string) => string): ToolResult {
    if (result.is_error || Buffer.byteLength(result.text) < worthBytes) return result;
    this.#look();
    const earlier = this.#earlier.get(keyOf(call));
    const message = earlier && this.#messages[earlier.place];
    if (message?.role !== 'tool' || message.text !== recorded(result.text)) return result;
    const turns = this.#messages.slice(earlier?.place).filter(({ role }) => role === 'assistant').length;
    return {
      ...result,
      text: `${unchangedWords} ${call.tool_name} call with these arguments, ${turns} ${turns === 1 ? 'turn' : 'turns'} ago; it stands in full above.]`,
      summary: `unchanged, ${result.summary}`,
      details: { unchanged_since: earlier?.tool_call_id ?? '', ...(result.details !== undefined && { details: result.details }) },
    };
  }

  /** Takes in what was added to the conversation, up to the turn that is going on. */
  #look(): void {
    const { messages } = this.#conversation;
    if (messages !== this.#messages) {
      this.#messages = messages;
      this.#earlier.clear();
      this.#seen = 0;
    }
    const until = messages.findLastIndex(({ role }) => role === 'assistant');
    for (; this.#seen < until; this.#seen++) {
      const message = messages[this.#seen];
      if (message?.role !== 'assistant') continue;
      message.tool_calls.forEach((call, index) => {
        const place = this.#seen + 1 + index;
        const result = messages[place];
        // What points at a result is not pointed at.
        if (result?.role !== 'tool' || result.text.startsWith(unchangedWords) || call.arguments.length > longestArguments) return;
        this.#earlier.set(keyOf(call), { tool_call_id: call.tool_call_id, place });
      });
    }
  }
}

/** Equal for equal arguments, however they were written. */
function keyOf({ tool_name, arguments: text }: ToolCall): string {
  return `${tool_name} ${canonical(text)}`;
}

function canonical(text: string): string {
  try {
    return canonicalJson(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return text;
  }
}
