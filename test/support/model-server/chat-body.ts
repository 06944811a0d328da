// A chat-completions request body as the scripted server reads it: loosely, like a real server's client library.
import * as z from 'zod';

const message = z.looseObject({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  content: z.nullish(z.unknown()),
  reasoning_content: z.optional(z.string()),
  tool_call_id: z.optional(z.string()),
  tool_calls: z.optional(
    z.array(z.object({ id: z.string(), type: z.literal('function'), function: z.object({ name: z.string(), arguments: z.string() }) })),
  ),
});
export type WireMessage = z.infer<typeof message>;

export const chatBody = z.looseObject({
  model: z.string(),
  stream: z.optional(z.boolean()),
  messages: z.array(message),
  tools: z.optional(z.array(z.unknown())),
  user_id: z.optional(z.string()),
  user: z.optional(z.string()),
  prompt_cache_key: z.optional(z.string()),
});
export type ChatBody = z.infer<typeof chatBody>;
