// What a table module is made of: handlers for its operations and its reads, over one narrow connection.
// Only table modules and migrations hold SQL.

export type SqlValue = string | number | null;

/** The queryable image, as tables see it. Every value is bound, never spliced into the SQL text. */
export interface Connection {
  /** Runs one statement; returns the number of rows it changed. */
  run(sql: string, params?: readonly SqlValue[]): number;
  /** Rows as objects by column name. The caller names the row type that its own SQL yields. */
  all<Row>(sql: string, params?: readonly SqlValue[]): Row[];
  first<Row>(sql: string, params?: readonly SqlValue[]): Row | null;
  /** Like `all`, one row at a time, so that a caller may stop early. */
  each<Row>(sql: string, params?: readonly SqlValue[]): Iterable<Row>;
}

export type WriteContext = {
  /**
   * When the operation was written, on a clock that all processes of this database share: a later write of a
   * process that saw an earlier one always has the higher stamp. It decides who is last, whatever the order in
   * which journals are read.
   */
  stamp: number;
};

/** Names -> value types, as in `Writes`. */
export type WriteHandlers<W> = { [N in keyof W]: (db: Connection, value: W[N], context: WriteContext) => void };

export type ReadContext = {
  /** Stored JSON text of a payload with its long strings, which are kept elsewhere, put back. */
  whole(text: string): string;
};

/** Names -> [parameters, result], as in `Reads`. */
export type ReadHandlers<R extends { [N in keyof R]: [params: unknown, result: unknown] }> = {
  [N in keyof R]: (db: Connection, params: R[N][0], context: ReadContext) => R[N][1];
};

/** How a field holds a payload, whose long strings go to blobs: as a JSON value, or as JSON text. */
export type PayloadForm = 'json' | 'text';

/**
 * Handlers of writes must be idempotent and must come to the same rows in whatever order operations of
 * different processes arrive; operations of one process always arrive in their order.
 */
export type Table<W, R extends { [N in keyof R]: [params: unknown, result: unknown] }> = {
  name: string;
  writes: WriteHandlers<W>;
  reads: ReadHandlers<R>;
  /** Fields of writes that hold payloads; whatever reads return of them goes through `whole`. */
  payloads?: { [N in keyof W]?: { [F in keyof W[N]]?: PayloadForm } };
  /** What the rows of a chat take, roughly. */
  bytesOfChat?(db: Connection, chatId: string): number;
  /** A plain sentence for each way in which rows do not fit together. */
  check?(db: Connection): string[];
};
