// The test's end of models-extension: scripted models that reach BooCode through VS Code's own API.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

export type ScriptedAnswer = (report: (part: vscode.LanguageModelResponsePart) => void, token: vscode.CancellationToken, nth: number) => void | Promise<void>;

export type ScriptedModels = {
  models: vscode.LanguageModelChatInformation[];
  /** What the models were asked, oldest first. */
  requests: { model: string; messages: readonly vscode.LanguageModelChatRequestMessage[]; tools?: readonly vscode.LanguageModelChatTool[]; toolMode: number }[];
  /** Answers the next requests; `nth` counts those of `requests`. */
  answer: ScriptedAnswer;
  /** To be called when `models` became others. */
  changed(): void;
  /** Takes the models away and offers them again at once: what VS Code gave others before is of no use then. */
  restart(): void;
  /** Asks VS Code for models as this other extension. */
  select(selector: vscode.LanguageModelChatSelector): Promise<vscode.LanguageModelChat[]>;
};

export const talker = 'boocode-test/scripted/talker';
export const toolless = 'boocode-test/scripted/mute/of-tools';
export const guarded = 'boocode-test/scripted/guarded';

export async function scriptedModels(): Promise<ScriptedModels> {
  const extension = vscode.extensions.getExtension<ScriptedModels>('boocode-test.models');
  assert.ok(extension, 'the suite starts VS Code with models-extension');
  return extension.activate();
}

/** VS Code reads every picture and refuses what is none. */
export const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

export const say = (text: string): vscode.LanguageModelTextPart => new vscode.LanguageModelTextPart(text);
export const call = (id: string, name: string, input: object): vscode.LanguageModelToolCallPart => new vscode.LanguageModelToolCallPart(id, name, input);

/** A message as it reached the model, in a form to compare. */
export function plain({ role, content }: vscode.LanguageModelChatRequestMessage): unknown {
  return { role: role === vscode.LanguageModelChatMessageRole.User ? 'user' : 'assistant', content: content.map(plainPart) };
}

export type PlainAnswer = {
  text: string;
  calls: vscode.LanguageModelToolCallPart[];
  usage: Record<string, unknown> | null;
};

export async function plainAnswer(response: vscode.LanguageModelChatResponse): Promise<PlainAnswer> {
  let text = '';
  const calls: vscode.LanguageModelToolCallPart[] = [];
  let usage: PlainAnswer['usage'] = null;
  for await (const part of response.stream) {
    if (part instanceof vscode.LanguageModelTextPart) text += part.value;
    else if (part instanceof vscode.LanguageModelToolCallPart) calls.push(part);
    // Written by BooCode itself.
    else if (part instanceof vscode.LanguageModelDataPart && part.mimeType === 'usage') usage = JSON.parse(Buffer.from(part.data).toString()) as PlainAnswer['usage'];
    else assert.fail(`unexpected part: ${JSON.stringify(part)}`);
  }
  return { text, calls, usage };
}

function plainPart(part: unknown): unknown {
  if (part instanceof vscode.LanguageModelTextPart) return part.value;
  if (part instanceof vscode.LanguageModelToolCallPart) return { call: part.callId, name: part.name, input: part.input };
  if (part instanceof vscode.LanguageModelToolResultPart) return { result: part.callId, content: part.content.map(plainPart) };
  if (part instanceof vscode.LanguageModelDataPart) return { mime: part.mimeType, data: Buffer.from(part.data).toString('base64') };
  return { unknown: part };
}
