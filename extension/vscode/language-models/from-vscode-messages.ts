// Reads what VS Code asks of one of BooCode's models as a ModelRequest. What has no place in one is left out.
import * as vscode from 'vscode';
import type { ToolCall } from '../../../shared/events';
import type { ModelImage, ModelMessage, ToolSchema } from '../../providers/model';

/** Not in the typings of 1.106; VS Code's own chat uses it. */
const systemRole = 3;

const imageTypes: readonly string[] = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'] satisfies ModelImage['media_type'][];

/** What a model thought before it made a call: VS Code does not carry it, and some APIs refuse the call without it. */
export type ReasoningOf = (toolCallId: string) => string;

export function readMessages(given: readonly vscode.LanguageModelChatRequestMessage[], reasoningOf: ReasoningOf): { system: string; messages: ModelMessage[] } {
  const system: string[] = [];
  const messages: ModelMessage[] = [];
  const toolNames = new Map<string, string>();
  for (const { role, content } of given) {
    const text = textOf(content);
    const roleNumber: number = role;
    if (roleNumber === systemRole) {
      system.push(text);
    } else if (role === vscode.LanguageModelChatMessageRole.Assistant) {
      const tool_calls = content.filter((part) => part instanceof vscode.LanguageModelToolCallPart).map(callOf);
      for (const call of tool_calls) toolNames.set(call.tool_call_id, call.tool_name);
      const reasoning = tool_calls.map((call) => reasoningOf(call.tool_call_id)).find((thought) => thought !== '') ?? '';
      if (text !== '' || tool_calls.length > 0) messages.push({ role: 'assistant', text, reasoning, tool_calls });
    } else {
      for (const part of content) {
        if (!(part instanceof vscode.LanguageModelToolResultPart)) continue;
        messages.push({ role: 'tool', tool_call_id: part.callId, tool_name: toolNames.get(part.callId) ?? '', text: textOf(part.content) });
      }
      const images = content.flatMap(imageOf);
      if (text !== '' || images.length > 0) messages.push({ role: 'user', text, ...(images.length > 0 && { images }) });
    }
  }
  return { system: system.join('\n\n'), messages };
}

export function readTools(tools: readonly vscode.LanguageModelChatTool[] = []): ToolSchema[] {
  return tools.map(({ name, description, inputSchema }) => ({ name, description, parameters: { type: 'object', properties: {}, ...inputSchema } }));
}

/** The text of all parts that have one. */
export function textOf(content: readonly unknown[]): string {
  return content.map(textOfPart).join('');
}

function textOfPart(part: unknown): string {
  if (part instanceof vscode.LanguageModelTextPart) return part.value;
  if (part instanceof vscode.LanguageModelPromptTsxPart) return JSON.stringify(part.value);
  if (part instanceof vscode.LanguageModelDataPart && /^text\/|[/+]json$/.test(part.mimeType)) return Buffer.from(part.data).toString('utf8');
  return '';
}

function callOf({ callId, name, input }: vscode.LanguageModelToolCallPart): ToolCall {
  return { tool_call_id: callId, tool_name: name, arguments: JSON.stringify(input) };
}

function imageOf(part: unknown): ModelImage[] {
  if (!(part instanceof vscode.LanguageModelDataPart) || !isImageType(part.mimeType)) return [];
  return [{ media_type: part.mimeType, data: Buffer.from(part.data).toString('base64') }];
}

function isImageType(type: string): type is ModelImage['media_type'] {
  return imageTypes.includes(type);
}
