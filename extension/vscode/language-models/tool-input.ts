// The arguments of a tool call as VS Code takes them: an object and nothing else. What a model cut off or made up is passed
// on as it is, under a name that says so.

export function toolInput(text: string): object {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : { invalid_input: value };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { invalid_json: text };
  }
}
