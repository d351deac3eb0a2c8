import type { OutboxStorage, PendingMessage } from './Outbox';

/** One user's waiting messages in this tab's sessionStorage. */
export function sessionOutboxStorage(userId: string): OutboxStorage {
  const key = `chatstomp.outbox.${userId}`;
  return {
    load: () => JSON.parse(sessionStorage.getItem(key) ?? '[]') as PendingMessage[],
    save: (messages) => {
      if (messages.length === 0) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, JSON.stringify(messages));
    },
  };
}
