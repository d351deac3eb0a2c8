import { useSyncExternalStore } from 'react';

/** Where the page is, kept in the address so that reloading, the back button and shared links work. */
export type Route = { at: 'list' } | { at: 'room'; roomId: string } | { at: 'join'; roomId: string; code: string };

export function parseRoute(hash: string): Route {
  const [kind, roomId, code] = hash.replace(/^#\//, '').split('/').map(decodeURIComponent);
  if (kind === 'rooms' && roomId) return { at: 'room', roomId };
  if (kind === 'join' && roomId && code) return { at: 'join', roomId, code };
  return { at: 'list' };
}

export const roomHash = (roomId: string) => `#/rooms/${encodeURIComponent(roomId)}`;

export const joinHash = (roomId: string, code: string) => `#/join/${encodeURIComponent(roomId)}/${encodeURIComponent(code)}`;

export function goTo(hash: string): void {
  window.location.hash = hash;
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(
    (changed) => {
      window.addEventListener('hashchange', changed);
      return () => window.removeEventListener('hashchange', changed);
    },
    () => window.location.hash,
  );
  return parseRoute(hash);
}
