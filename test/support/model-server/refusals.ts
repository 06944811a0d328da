// What real servers say when the conversation is too long for the model, or the model cannot call tools: status and
// body in the form of each, the words as their sources and users report them.
import { fault, type Reply } from './reply';

const inError = (message: string, more: object = {}): string => JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code: null, ...more } });
const refusal = (status: number, body: string): Reply => fault.refusal(status, body);

export const fullContext: Record<string, Reply> = {
  DeepSeek: refusal(400, inError("This model's maximum context length is 1048576 tokens. However, you requested 1050000 tokens (1050000 in the messages, 0 in the completion). Please reduce the length of the messages or completion.")),
  OpenAI: refusal(400, inError('Your input exceeds the limit of this model. Please adjust your input and try again.', { code: 'context_length_exceeded' })),
  'OpenAI, in the stream': fault.errorInStream({ message: 'Your input exceeds the context window of this model.', code: 'context_length_exceeded' }),
  OpenRouter: refusal(400, inError("This endpoint's maximum context length is 163840 tokens. However, you requested about 186450 tokens. Please reduce the length of either one, or use the \"middle-out\" transform.", { code: 400 })),
  'a provider behind OpenRouter': refusal(400, JSON.stringify({ error: { message: 'Provider returned error', code: 400, metadata: { raw: inError('prompt is too long: 210000 tokens > 200000 maximum') } } })),
  Ollama: refusal(400, inError('prompt too long; exceeded max context length by 312 tokens', { type: 'api_error' })),
  'LM Studio': refusal(400, JSON.stringify({ error: 'Trying to keep the first 15857 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens, which is not enough.' })),
  'LM Studio, with status 200': fault.errorEvent(JSON.stringify({ error: { message: 'Context size has been exceeded.' } })),
  'LM Studio, in words alone': fault.errorEvent('Reached context length of 4096 tokens with model (arch: qwen3) that does not currently support mid-generation context overflow.'),
  vLLM: refusal(400, JSON.stringify({ object: 'error', message: "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens in the messages.", type: 'BadRequestError', param: null, code: 400 })),
  'vLLM, of the prompt': refusal(400, inError('The decoder prompt (length 5000) is longer than the maximum model length of 4096. Make sure that `max_model_len` is no smaller than the number of text tokens.', { code: 400 })),
  'llama.cpp': refusal(400, JSON.stringify({ error: { code: 400, message: 'request (4390 tokens) exceeds the available context size (4096 tokens), try increasing it', type: 'exceed_context_size_error', n_prompt_tokens: 4390, n_ctx: 4096 } })),
  'llama.cpp, in the middle': refusal(500, JSON.stringify({ error: { code: 500, message: 'Context size has been exceeded.', type: 'server_error' } })),
  'a proxy': fault.status(413),
};

/** Of the room asked for the answer: the conversation itself would fit. */
export const longAnswer: Record<string, Reply> = {
  DeepSeek: refusal(400, inError('Invalid max_tokens value, the valid range of max_tokens is [1, 8192]')),
  OpenAI: refusal(400, inError('max_completion_tokens is too large: 32768. This model supports at most 16384 completion tokens, whereas you provided 32768.')),
  OpenRouter: refusal(400, inError("This endpoint's maximum context length is 16384 tokens. However, you requested about 35768 tokens (2500 of text input, 500 of tool input, 32768 in the output). Please reduce the length of either one.", { code: 400 })),
  'vLLM of old': refusal(400, JSON.stringify({ object: 'error', message: "This model's maximum context length is 16384 tokens. However, you requested 35768 tokens (3000 in the messages, 32768 in the completion). Please reduce the length of the messages or completion.", type: 'BadRequestError', code: 400 })),
  'vLLM, later': refusal(400, inError("'max_tokens' or 'max_completion_tokens' is too large: 32768. This model's maximum context length is 16384 tokens and your request has 3000 input tokens (32768 > 16384 - 3000).", { code: 400 })),
  vLLM: refusal(400, inError("This model's maximum context length is 65536 tokens. However, you requested 32768 output tokens and your prompt contains at least 32769 input tokens, for a total of at least 65537 tokens. Please reduce the length of the input prompt or the number of requested output tokens.", { code: 400 })),
  TGI: refusal(422, JSON.stringify({ error: 'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 16384. Given: 3000 `inputs` tokens and 32768 `max_new_tokens`', error_type: 'validation' })),
};

export const noTools: Record<string, { reply: Reply; next: RegExp }> = {
  Ollama: { reply: refusal(400, inError('registry.ollama.ai/library/gemma3:4b does not support tools', { type: 'api_error' })), next: /^Choose a model that can call tools/ },
  OpenRouter: { reply: refusal(404, JSON.stringify({ error: { message: 'No endpoints found that support tool use. Try disabling "list_files". To learn more about provider routing, visit: https://openrouter.ai/docs', code: 404 } })), next: /^Choose a model that can call tools/ },
  vLLM: { reply: refusal(400, JSON.stringify({ object: 'error', message: '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set', type: 'BadRequestError', code: 400 })), next: /^Start vLLM with --enable-auto-tool-choice/ },
  'llama.cpp': { reply: refusal(500, JSON.stringify({ error: { code: 500, message: 'tools param requires --jinja flag', type: 'server_error' } })), next: /^Start llama-server with --jinja/ },
  'llama.cpp of old': { reply: refusal(500, JSON.stringify({ error: { code: 500, message: 'Unsupported param: tools', type: 'server_error' } })), next: /^Choose a model/ },
  'DeepSeek of old': { reply: refusal(400, inError('deepseek-reasoner does not support Function Calling')), next: /^Choose a model/ },
  Groq: { reply: refusal(400, inError('`tool calling` is not supported with this model')), next: /^Choose a model/ },
};

/** About tools or lengths, and neither of the above. */
export const otherRefusals: Record<string, Reply> = {
  'a schema the server does not like': refusal(400, inError("Invalid schema for function 'list_files': in context=('properties', 'path'), 'pattern' is not supported.")),
  'a name the server does not like': refusal(400, inError("tools[0].function.name: string does not match pattern '^[a-zA-Z0-9_-]+$'")),
  'a kind of tool the server does not know': refusal(400, inError("Invalid value: 'custom'. The supported tool types are: 'function'.")),
  'an unsupported parameter': refusal(422, JSON.stringify({ detail: [{ loc: ['body', 'user_id'], msg: 'Extra inputs are not permitted', type: 'extra_forbidden' }] })),
};
