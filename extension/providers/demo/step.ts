// One step of the scripted demo, before it becomes a streamed answer.
export type DemoCall = { tool_name: string; input: Record<string, string | number | string[]> };

export type DemoStep = {
  reasoning: string;
  text: string;
  /** None ends the run. */
  calls: DemoCall[];
};
