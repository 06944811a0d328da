// The envelope between a webview and the extension host: commands and requests go up, events and replies come
// down. Each panel declares its own maps on top of it; the host checks what comes up, the webview trusts the host.
import * as z from 'zod';

/** No message in either direction may be larger; larger things are sent in pieces or asked for by id. */
export const maxMessageBytes = 64 * 1024;

export const upwardMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('command'), command: z.looseObject({ type: z.string() }) }),
  z.object({ kind: z.literal('request'), id: z.int(), name: z.string(), params: z.unknown() }),
]);
export type UpwardMessage = z.infer<typeof upwardMessage>;

export type Reply = { kind: 'reply'; id: number } & (
  | { ok: true; result: unknown }
  | { ok: false; error: { code: string; message: string } }
);
export type DownwardMessage<Event> = { kind: 'event'; event: Event } | Reply;

/** A panel's requests: name -> [parameters, reply]. */
export type RequestMap = Record<string, [params: unknown, reply: unknown]>;
