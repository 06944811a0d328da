// BooCode's models as VS Code offers them to its own chat and to other extensions: the demo, DeepSeek's where there is a
// key, and the chosen endpoint's. Only the model answers here, not the agent: no tools, approvals, traces or budgets. Never
// asks a person anything, whether VS Code would let it or not: that is what "BooCode: Choose Model" is for.
import * as vscode from 'vscode';
import { randomUUID } from 'node:crypto';
import { messageBytes, tokensOfBytes } from '../../agent/message-size';
import { demoModel } from '../../providers/demo';
import type { ModelError, ModelPart, ModelRequest } from '../../providers/model';
import { modelsOf, type KnownModel } from '../../providers/models';
import type { ApiKeys } from '../api-keys';
import type { ModelProviders } from '../model-providers';
import type { ProviderId } from '../provider-entry';
import { readMessages, readTools } from './from-vscode-messages';
import { toolInput } from './tool-input';
import { usageMimeType } from './vscode-answer';

type Ports = { keys: ApiKeys; providers: ModelProviders };
type Response = vscode.Progress<vscode.LanguageModelResponsePart>;

/** VS Code wants numbers. Where the true ones are unknown these are small enough for nearly every model. */
const cautious = { context: 32_768, output: 4_096 };
/** Some servers refuse an empty system prompt, and callers put theirs into the first message. */
const plainSystem = 'You are a helpful assistant.';
const mustCall = 'Answer by calling one of the tools.';
const maxKeptThoughts = 2_000;
const imageTokens = 1_000;

export class OfferedModels implements vscode.LanguageModelChatProvider {
  readonly #ports: Ports;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeLanguageModelChatInformation = this.#changed.event;
  readonly #sessionId = randomUUID();
  /** By tool call, oldest first; see ReasoningOf. */
  readonly #thoughts = new Map<string, string>();

  constructor(ports: Ports, subscriptions: { dispose(): unknown }[]) {
    this.#ports = ports;
    const tell = (): void => this.#changed.fire();
    subscriptions.push(
      this.#changed,
      ports.keys.onDidChange(tell),
      // Not of models of other extensions: BooCode's own are among those that VS Code tells of.
      ports.providers.onDidList(tell),
      vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('boocode') && tell()),
    );
  }

  async provideLanguageModelChatInformation(): Promise<vscode.LanguageModelChatInformation[]> {
    const { keys, providers } = this.#ports;
    const hasKey = async (id: ProviderId): Promise<boolean> => !providers.table[id].needsKey || (await keys.get(id)) !== undefined;
    const offered: [ProviderId, string][] = [['demo', demoModel]];
    if (await hasKey('deepseek')) for (const { id } of modelsOf('deepseek')) offered.push(['deepseek', id]);
    const { provider, model } = providers.chosen();
    // The models of other extensions are there already: offered again, each would be asked through the other.
    const isEndpoint = providers.table[provider].endpoint !== null;
    if (isEndpoint && model !== '' && (await hasKey(provider)) && !offered.some(([id, name]) => id === provider && name === model)) offered.push([provider, model]);
    return offered.map(([id, name]) => informationOf(id, name, providers.table[id]));
  }

  async provideLanguageModelChatResponse(
    { id }: vscode.LanguageModelChatInformation,
    given: readonly vscode.LanguageModelChatRequestMessage[],
    options: vscode.ProvideLanguageModelChatResponseOptions,
    response: Response,
    token: vscode.CancellationToken,
  ): Promise<void> {
    const { table } = this.#ports.providers;
    const [provider, model] = splitId(id);
    const entry = Object.hasOwn(table, provider) ? table[provider] : null;
    if (entry === null || provider === 'vscode') throw vscode.LanguageModelError.NotFound(`BooCode does not offer the model "${id}".`);
    const source = entry.create(await entry.learn(model));
    const stop = new AbortController();
    const heard = token.onCancellationRequested(() => stop.abort());
    if (token.isCancellationRequested) stop.abort();
    try {
      for await (const part of source.stream(this.#requestOf(model, given, options), stop.signal)) this.#pass(part, response, source.scripted);
    } finally {
      heard.dispose();
      stop.abort();
    }
  }

  /** An estimate from the length in bytes, on the safe side: these APIs count tokens only in a request that is paid for. */
  async provideTokenCount(_model: vscode.LanguageModelChatInformation, text: string | vscode.LanguageModelChatRequestMessage): Promise<number> {
    if (typeof text === 'string') return tokensOfBytes(Buffer.byteLength(text));
    const { system, messages } = readMessages([text], () => '');
    const bytes = messages.reduce((sum, message) => sum + messageBytes(message), Buffer.byteLength(system));
    const images = messages.reduce((sum, message) => sum + (message.role === 'user' ? (message.images?.length ?? 0) : 0), 0);
    return tokensOfBytes(bytes) + images * imageTokens;
  }

  #requestOf(model: string, given: readonly vscode.LanguageModelChatRequestMessage[], { tools, toolMode, modelOptions }: vscode.ProvideLanguageModelChatResponseOptions): ModelRequest {
    const { system, messages } = readMessages(given, (id) => this.#thoughts.get(id) ?? '');
    const limit: unknown = modelOptions?.['max_tokens'];
    return {
      model,
      system: [system === '' ? plainSystem : system, ...(toolMode === vscode.LanguageModelChatToolMode.Required ? [mustCall] : [])].join('\n\n'),
      tools: readTools(tools),
      messages,
      session_id: this.#sessionId,
      ...(typeof limit === 'number' && limit > 0 && { max_output_tokens: limit }),
    };
  }

  #pass(part: ModelPart, response: Response, scripted: boolean): void {
    switch (part.type) {
      case 'text':
        return response.report(new vscode.LanguageModelTextPart(part.delta));
      case 'end':
        for (const call of part.tool_calls) {
          this.#keepThought(call.tool_call_id, part.reasoning);
          response.report(new vscode.LanguageModelToolCallPart(call.tool_call_id, call.tool_name, toolInput(call.arguments)));
        }
        if (part.raw_usage !== null && !scripted) response.report(new vscode.LanguageModelDataPart(Buffer.from(JSON.stringify(part.raw_usage)), usageMimeType));
        return;
      case 'error':
        if (part.error.code === 'aborted') return;
        throw errorOf(part.error);
      // There is no part for reasoning, nor for what it waits for.
      case 'reasoning':
      case 'status':
      case 'tool_call_progress':
    }
  }

  #keepThought(toolCallId: string, reasoning: string): void {
    if (reasoning === '') return;
    this.#thoughts.set(toolCallId, reasoning);
    const [oldest] = this.#thoughts.keys();
    if (this.#thoughts.size > maxKeptThoughts && oldest !== undefined) this.#thoughts.delete(oldest);
  }
}

function informationOf(provider: ProviderId, model: string, { label, known }: { label: string; known(model: string): KnownModel }): vscode.LanguageModelChatInformation {
  const facts = known(model);
  const context = facts.context_tokens ?? cautious.context;
  const maxOutputTokens = Math.min(facts.max_output_tokens ?? cautious.output, Math.floor(context / 2));
  return {
    id: `${provider}/${model}`,
    name: provider === 'demo' ? 'BooCode demo (scripted)' : model,
    family: model,
    version: '1',
    detail: label,
    tooltip: provider === 'demo' ? 'Answers are written in advance; no model is asked.' : `Asked by BooCode at ${label}. What it costs is not counted in BooCode's budgets.`,
    maxInputTokens: context - maxOutputTokens,
    maxOutputTokens,
    // Unknown is no reason to keep it from VS Code's agents.
    capabilities: { toolCalling: facts.calls_tools !== false, imageInput: facts.takes_images === true },
  };
}

function splitId(id: string): [ProviderId, string] {
  const end = id.indexOf('/');
  // Looked up before it is used: the id is what VS Code was once given, by whichever version of BooCode.
  return [id.slice(0, Math.max(0, end)) as ProviderId, id.slice(end + 1)];
}

function errorOf({ code, message, next_step }: ModelError): Error {
  const text = [message, next_step].join(' ').trim();
  switch (code) {
    case 'no_key':
    case 'bad_key':
    case 'no_permission':
      return vscode.LanguageModelError.NoPermissions(text);
    case 'no_balance':
    case 'rate_limited':
      return vscode.LanguageModelError.Blocked(text);
    case 'unknown_model':
      return vscode.LanguageModelError.NotFound(text);
    default:
      return new vscode.LanguageModelError(text);
  }
}
