// One piece of a trace as it leaves BooCode: a span of time with its place, whatever the format. Types only.

export type SpanKind = 'run' | 'turn' | 'model_call' | 'tool_call' | 'wait';

export type SpanAttribute = string | number | boolean | string[];

/** Times are integer microseconds since the epoch. */
export type TraceSpan = {
  kind: SpanKind;
  /** 32 and 16 hex digits. */
  trace_id: string;
  span_id: string;
  /** Null at the top of a trace. */
  parent_span_id: string | null;
  name: string;
  started_at: number;
  ended_at: number;
  attributes: Record<string, SpanAttribute>;
  events: { name: string; at: number; attributes: Record<string, SpanAttribute> }[];
  /** What went wrong, in words or as a code; null when nothing did. */
  error: string | null;
  /** The chat of the agent it belongs to. */
  chat_id: string;
};

/** Where the runs of an agent hang: below nothing, or below the call that started it. */
export type RunPlace = { trace_id: string; parent_span_id: string | null };
