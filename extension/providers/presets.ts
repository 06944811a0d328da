// The model servers BooCode knows by name, as data: where they are, whether they want a key, how they list their models,
// and how they are told how much to think. Each is a provider of its own, with its own key and address.
import type { Json } from '../../shared/ids';
import type { WireQuirks } from './chat-request';
import type { ListDialect } from './model-lists/served-model';
import { deepSeekBaseUrl } from './deepseek';

export const reasoningLevels = ['default', 'off', 'low', 'medium', 'high', 'max'] as const;
/** `default`: nothing is said, and the API decides. */
export type ReasoningLevel = (typeof reasoningLevels)[number];

export type EndpointId = 'deepseek' | 'openrouter' | 'ollama' | 'lmstudio' | 'llamacpp' | 'vllm' | 'openai-compatible';

export type Preset = {
  label: string;
  baseUrl: string;
  /** Asked when none is named; empty where there is no such thing. */
  defaultModel: string;
  needsKey: boolean;
  /** Where a person gets a key. */
  keyPage: string | null;
  /** Meant for the person's own machine; what runs there costs nothing. */
  isOwnServer: boolean;
  dialect: ListDialect;
  /** What to do when nothing answers at the address. */
  ifSilent: string;
  sessionField: WireQuirks['sessionField'];
  /** What goes into the body for each level. */
  reasoning: Readonly<Record<Exclude<ReasoningLevel, 'default'>, Readonly<Record<string, Json>>>>;
};

const effort = (word: string): Record<string, Json> => ({ reasoning_effort: word });

/** OpenAI's field. `max` is the highest word that all of them take. */
const openAIReasoning: Preset['reasoning'] = { off: effort('none'), low: effort('low'), medium: effort('medium'), high: effort('high'), max: effort('high') };

const checkAddress = 'Check the address and the network.';

export const presets: Readonly<Record<EndpointId, Preset>> = {
  deepseek: {
    label: 'DeepSeek',
    baseUrl: deepSeekBaseUrl,
    defaultModel: 'deepseek-flash',
    needsKey: true,
    keyPage: 'https://platform.deepseek.com/api_keys',
    isOwnServer: false,
    dialect: 'openai',
    ifSilent: checkAddress,
    sessionField: 'user_id',
    // https://api-docs.deepseek.com/guides/thinking_mode
    reasoning: { off: { thinking: { type: 'disabled' } }, low: effort('low'), medium: effort('high'), high: effort('high'), max: effort('max') },
  },
  openrouter: {
    label: 'OpenRouter',
    baseUrl: 'https://openrouter.ai/api/v1',
    defaultModel: '',
    needsKey: true,
    keyPage: 'https://openrouter.ai/keys',
    isOwnServer: false,
    dialect: 'openrouter',
    ifSilent: checkAddress,
    // Requests with the same one go to the same upstream, whose cache is warm:
    // https://openrouter.ai/docs/guides/best-practices/prompt-caching
    sessionField: 'session_id',
    // https://openrouter.ai/docs/use-cases/reasoning-tokens
    reasoning: {
      off: { reasoning: { enabled: false } },
      low: { reasoning: { effort: 'low' } },
      medium: { reasoning: { effort: 'medium' } },
      high: { reasoning: { effort: 'high' } },
      max: { reasoning: { effort: 'xhigh' } },
    },
  },
  ollama: {
    label: 'Ollama',
    baseUrl: 'http://localhost:11434/v1',
    defaultModel: '',
    needsKey: false,
    keyPage: null,
    isOwnServer: true,
    dialect: 'ollama',
    ifSilent: 'Start Ollama (ollama serve, or its app), or change the address.',
    sessionField: null,
    // https://docs.ollama.com/api/openai-compatibility
    reasoning: openAIReasoning,
  },
  lmstudio: {
    label: 'LM Studio',
    baseUrl: 'http://localhost:1234/v1',
    defaultModel: '',
    needsKey: false,
    keyPage: null,
    isOwnServer: true,
    dialect: 'lmstudio',
    ifSilent: 'Start the server in LM Studio (Developer, or lms server start), or change the address.',
    sessionField: null,
    reasoning: openAIReasoning,
  },
  llamacpp: {
    label: 'llama.cpp',
    baseUrl: 'http://localhost:8080/v1',
    defaultModel: '',
    needsKey: false,
    keyPage: null,
    isOwnServer: true,
    dialect: 'llamacpp',
    ifSilent: 'Start llama-server, or change the address: newer versions listen on port 9931.',
    sessionField: null,
    // https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md
    reasoning: openAIReasoning,
  },
  vllm: {
    label: 'vLLM',
    baseUrl: 'http://localhost:8000/v1',
    defaultModel: '',
    needsKey: false,
    keyPage: null,
    isOwnServer: true,
    dialect: 'openai',
    ifSilent: 'Start it with vllm serve, or change the address.',
    sessionField: null,
    reasoning: openAIReasoning,
  },
  'openai-compatible': {
    label: 'OpenAI-compatible',
    baseUrl: 'http://localhost:11434/v1',
    defaultModel: '',
    needsKey: false,
    keyPage: null,
    isOwnServer: false,
    dialect: 'openai',
    ifSilent: 'Start the server, or change the address.',
    sessionField: null,
    reasoning: openAIReasoning,
  },
};

// Own keys of a literal: Object.keys cannot say so.
export const endpointIds = Object.keys(presets) as EndpointId[];

export function isEndpoint(id: string): id is EndpointId {
  return Object.hasOwn(presets, id);
}

/** More of the body; constant as long as model and setting are. A model known not to reason is told nothing. */
export function reasoningBody(id: EndpointId, level: ReasoningLevel, reasons: boolean | null): Readonly<Record<string, Json>> {
  return level === 'default' || reasons === false ? {} : presets[id].reasoning[level];
}
