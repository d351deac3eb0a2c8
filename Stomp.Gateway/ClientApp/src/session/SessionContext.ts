import { createContext, useContext, useSyncExternalStore } from 'react';
import type { ConnectionState } from '../stomp/ChatConnection';
import type { ChatSession } from './ChatSession';

export const SessionContext = createContext<ChatSession | null>(null);

/** The signed-in user's session; only for components shown after signing in. */
export function useSession(): ChatSession {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('useSession is for components below SessionContext.');
  return session;
}

export function useConnectionState(): ConnectionState {
  const { connection } = useSession();
  return useSyncExternalStore(
    (changed) => connection.onState.add(changed),
    () => connection.state,
  );
}
