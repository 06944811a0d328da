// A model whose server has no parser for its tool calls writes them into its answer. Told by the marks that chat
// templates use, so that a person hears why nothing happened; such a call is never run.

/** Whole words of templates: Hermes and Qwen, Mistral, Llama, DeepSeek, GLM, Kimi, Anthropic's and their like. */
const marks = [
  /<tool_calls?>\s*[[{<\w]/,
  /\[TOOL_CALLS\]/,
  /<function=[\w.-]+>/,
  /<\|python_tag\|>/,
  /<[|｜]tool[▁_]calls?[▁_](begin|section_begin)[|｜]>/,
  /<\|tool_call(_begin)?\|>/,
  /<[|｜]DSML[|｜]\s*(tool_calls|function_calls|invoke)/,
  /<function_calls?>\s*[[{<]/,
  /<invoke name="/,
  /<\|channel\|>commentary to=functions\./,
];

/** Nothing but one call as JSON, fenced or not. */
const bareCall = /^(```(json)?\s*)?(\[\s*)?\{\s*"(name|function|tool|tool_name)"\s*:\s*"([\w.-]+)"\s*,\s*"(arguments|parameters|args|input)"\s*:\s*\{[\s\S]*\}\s*\}(\s*\])?(\s*```)?$/;

/** Text that only quotes such marks, in code, is no call. */
export function looksLikeToolCall(text: string): boolean {
  if (bareCall.test(text.trim())) return true;
  const spoken = text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '');
  return marks.some((mark) => mark.test(spoken));
}
