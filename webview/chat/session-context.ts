// Hands the session to components, and renders the application anew when its view changes.
import { createContext } from 'preact';
import { useContext, useLayoutEffect, useReducer } from 'preact/hooks';
import type { ChatSession } from './session';
import type { ChatView } from './state';

export const SessionContext = createContext<ChatSession | null>(null);

export function useSession(): ChatSession {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('a chat component outside of the application');
  return session;
}

/** For the top of the tree only: everything below gets what it shows as properties. */
export function useView(session: ChatSession): ChatView {
  const [, changed] = useReducer((count: number) => count + 1, 0);
  // Before the session is started: an effect after the paint would miss what a quick host says.
  useLayoutEffect(() => session.subscribe(() => changed(undefined)), [session]);
  return session.view;
}
