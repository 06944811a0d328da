// Writes a ModelRequest as VS Code's messages. There is no system role: the system prompt is the first user message. What
// stands for a message depends on it and what is before it, never on what follows, so that prefix caches hold.
import * as vscode from 'vscode';
import type { ModelMessage, ModelRequest } from '../../providers/model';
import { toolInput } from './tool-input';

type UserPart = vscode.LanguageModelTextPart | vscode.LanguageModelToolResultPart | vscode.LanguageModelDataPart;

export function vscodeMessages({ system, messages }: Pick<ModelRequest, 'system' | 'messages'>, takesImages: boolean | null): vscode.LanguageModelChatMessage[] {
  const written: vscode.LanguageModelChatMessage[] = system === '' ? [] : [vscode.LanguageModelChatMessage.User(system)];
  let results: vscode.LanguageModelToolResultPart[] = [];
  const flushResults = (): void => {
    if (results.length > 0) written.push(vscode.LanguageModelChatMessage.User(results));
    results = [];
  };
  for (const message of messages) {
    if (message.role === 'tool') {
      // Several APIs want all results of an answer in the one message after it.
      results.push(new vscode.LanguageModelToolResultPart(message.tool_call_id, [new vscode.LanguageModelTextPart(message.text)]));
      continue;
    }
    flushResults();
    const parts = message.role === 'user' ? userParts(message, takesImages) : null;
    if (parts !== null) written.push(vscode.LanguageModelChatMessage.User(parts));
    else if (message.role === 'assistant') pushAnswer(written, message);
  }
  flushResults();
  return written;
}

function userParts({ text, context, images = [] }: Extract<ModelMessage, { role: 'user' }>, takesImages: boolean | null): UserPart[] {
  const whole = context === undefined ? text : text === '' ? context : `${context}\n\n${text}`;
  const pictures = images.map(({ media_type, data }) =>
    takesImages === false
      ? new vscode.LanguageModelTextPart('[The user attached an image. This model takes none, so it was left out.]')
      : vscode.LanguageModelDataPart.image(Buffer.from(data, 'base64'), media_type),
  );
  return whole === '' && pictures.length > 0 ? pictures : [new vscode.LanguageModelTextPart(whole), ...pictures];
}

function pushAnswer(written: vscode.LanguageModelChatMessage[], { text, tool_calls }: Extract<ModelMessage, { role: 'assistant' }>): void {
  const calls = tool_calls.map((call) => new vscode.LanguageModelToolCallPart(call.tool_call_id, call.tool_name, toolInput(call.arguments)));
  const parts = [...(text === '' ? [] : [new vscode.LanguageModelTextPart(text)]), ...calls];
  // An answer without a word and without a call is refused by some APIs, and says nothing.
  if (parts.length > 0) written.push(vscode.LanguageModelChatMessage.Assistant(parts));
}
