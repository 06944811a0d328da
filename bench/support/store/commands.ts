// What the benchmark asks of the processes it measures, each by a message over IPC.

export type Memory = { rssMb: number; /** The highest it has been so far. */ peakMb: number };

export type Opened = {
  /** From the call that opens until the first read is answered. */
  ms: number;
  /** A page of 50 right behind it. */
  firstPageMs: number;
  before: Memory;
  after: Memory;
};

/** Milliseconds of each append, and of a bare write with fdatasync right before it, on the same disk. */
export type Appends = { bare: number[]; own: number[] };

export type EventLoop = {
  p99: number;
  p999: number;
  max: number;
  /** The 99.9th percentile without the time for which the thread had no processor; null where that is not known. */
  ownP999: number | null;
};

export type Mixed = { appends: number[]; pages: number[]; eventLoop: EventLoop; snapshots: number };

export type Commands = {
  open: [input: { directory: string; workerPath: string; calls: number }, result: Opened];
  /** Calls in writes of 100. Milliseconds of all of it. */
  fill: [input: { calls: number }, result: number];
  /**
   * Goes on as a run does. Answers when the next snapshot is being written, the moment at which most is in journals
   * only, and goes on and on.
   */
  work: [input: { firstCall: number }, result: { calls: number }];
  append: [input: { count: number; firstSeq: number }, result: Appends];
  /** Milliseconds of 50 appends that are made at once. */
  burst: [input: { count: number; firstSeq: number }, result: number[]];
  pages: [input: { shares: number[]; calls: number }, result: number[]];
  /** The event loop with nothing to do. */
  idle: [input: { seconds: number }, result: EventLoop];
  /** Writing and reading at once, long enough for snapshots to be written meanwhile. */
  mixed: [input: { seconds: number; calls: number; firstSeq: number }, result: Mixed];
  memory: [input: null, result: Memory];
  close: [input: null, result: null];
};

export type Handlers = { [N in keyof Commands]?: (input: Commands[N][0]) => Commands[N][1] | Promise<Commands[N][1]> };

export type Request = { name: keyof Commands; input: unknown };
export type Answer = { result: unknown } | { error: string };

/** Answers one request after the other, until the parent lets go. */
export function serveCommands(handlers: Handlers): void {
  process.on('message', (request: Request) => {
    // The table's type ties each name to its input; the parent sends what `ask` below was given.
    const handler = handlers[request.name] as ((input: unknown) => unknown) | undefined;
    void Promise.resolve()
      .then(() => {
        if (handler === undefined) throw new Error(`${request.name} is not measured here`);
        return handler(request.input);
      })
      .then(
        (result): Answer => ({ result: result ?? null }),
        (error: unknown): Answer => ({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
      )
      .then((answer) => process.send?.(answer));
  });
  process.on('disconnect', () => process.exit());
}

export function memory(): Memory {
  const megabyte = 2 ** 20;
  return { rssMb: process.memoryUsage.rss() / megabyte, peakMb: (process.resourceUsage().maxRSS * 1024) / megabyte };
}
