import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Room, RoomListChange } from '../../api/contract';
import type { RestClient } from '../../api/RestClient';
import { useSession } from '../../session/SessionContext';
import { applyRoomListChange } from './roomList';

/** At most so many pages of the room list are loaded. */
const MAX_PAGES = 20;

export const roomsKey = (userId: string) => ['rooms', userId] as const;

/** My rooms, newest message first, kept up to date by `/user/queue/rooms`. */
export function useRooms() {
  const { userId, rest, connection } = useSession();
  const queryClient = useQueryClient();

  useEffect(() => {
    const queryKey = roomsKey(userId);
    const reload = () => void queryClient.invalidateQueries({ queryKey });

    const unfollow = connection.follow('/user/queue/rooms', {
      onMessage: (body) => {
        const rooms = queryClient.getQueryData<readonly Room[]>(queryKey);
        const changed = rooms === undefined ? null : applyRoomListChange(rooms, body as RoomListChange);
        if (changed !== null) queryClient.setQueryData(queryKey, changed);
        // An answer on its way may be older than this change and would undo it.
        if (changed === null || queryClient.isFetching({ queryKey }) > 0) reload();
      },
    });
    // What changed while the connection was down was told to nobody.
    const stopListening = connection.onState.add((state) => {
      if (state === 'online') reload();
    });
    return () => {
      unfollow();
      stopListening();
    };
  }, [userId, connection, queryClient]);

  return useQuery({ queryKey: roomsKey(userId), queryFn: ({ signal }) => loadAll(rest, signal), staleTime: Infinity });
}

async function loadAll(rest: RestClient, signal: AbortSignal): Promise<readonly Room[]> {
  const rooms: Room[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MAX_PAGES; page++) {
    const { items, next } = await rest.rooms(cursor, signal);
    rooms.push(...items);
    if (!next) break;
    cursor = next;
  }
  return rooms;
}
