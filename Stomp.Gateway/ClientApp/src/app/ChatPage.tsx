import { useRoute } from './useRoute';
import { ConnectionBanner } from '../components/ConnectionBanner';
import { RoomPage } from '../features/room/RoomPage';
import { RoomsPanel } from '../features/rooms/RoomsPanel';
import { texts } from '../texts';

/** The rooms beside the open room; on a narrow screen the one or the other. */
export function ChatPage({ onSignOut }: { onSignOut: () => void }) {
  const route = useRoute();
  const roomId = route.at === 'room' ? route.roomId : null;
  return (
    <div className="chat" data-open={roomId === null ? 'list' : 'room'}>
      <ConnectionBanner />
      <RoomsPanel openRoomId={roomId} invite={route.at === 'join' ? route : null} onSignOut={onSignOut} />
      <main className="chat-main">
        {roomId === null ? <p className="chat-nothing">{texts.chooseRoom}</p> : <RoomPage key={roomId} roomId={roomId} />}
      </main>
    </div>
  );
}
