// What is known of a model. Null is unknown, and shown as that: nothing is guessed.

export type ModelFacts = {
  /** Tokens that fit into a request and its answer together. */
  context_tokens: number | null;
  max_output_tokens: number | null;
  calls_tools: boolean | null;
  takes_images: boolean | null;
  reasons: boolean | null;
};

export const unknownFacts: ModelFacts = { context_tokens: null, max_output_tokens: null, calls_tools: null, takes_images: null, reasons: null };
