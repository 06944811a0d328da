// The parts of a request for an API that takes objects and writes its own bytes: each part as JSON, written once.
import { canonicalJson } from './canonical-json';
import type { ModelMessage, ModelRequest, RequestParts, ToolSchema } from './model';

const messages = new WeakMap<ModelMessage, Buffer>();
const tools = new WeakMap<readonly ToolSchema[], Buffer>();

export function plainRequestParts(request: ModelRequest): RequestParts {
  return {
    head: request.model,
    tools: writtenOnce(tools, request.tools),
    system: Buffer.from(request.system),
    messages: request.messages.map((message) => writtenOnce(messages, message)),
  };
}

function writtenOnce<K extends object>(cache: WeakMap<K, Buffer>, key: K): Buffer {
  let bytes = cache.get(key);
  if (bytes === undefined) {
    bytes = Buffer.from(canonicalJson(key));
    cache.set(key, bytes);
  }
  return bytes;
}
