import { useSyncExternalStore } from 'react';
import { useSession } from '../../session/SessionContext';
import type { PendingMessage } from './Outbox';

export function useOutbox(): readonly PendingMessage[] {
  const { outbox } = useSession();
  return useSyncExternalStore(
    (changed) => outbox.onChange.add(changed),
    () => outbox.messages,
  );
}
