import { ActionIcon, Alert, Button, Loader, Tooltip } from '@mantine/core';
import { useState } from 'react';
import { goTo, roomHash } from '../../app/useRoute';
import { JoinIcon, PlusIcon, SignOutIcon } from '../../components/icons';
import { PersonAvatar } from '../../components/PersonAvatar';
import { useSession } from '../../session/SessionContext';
import { texts } from '../../texts';
import { JoinRoomDialog, type InvitedTo } from './JoinRoomDialog';
import { NewRoomDialog } from './NewRoomDialog';
import { RoomItem } from './RoomItem';
import { useRooms } from './useRooms';

interface Props {
  openRoomId: string | null;
  /** The invite of the link that the page was opened with. */
  invite: InvitedTo | null;
  onSignOut: () => void;
}

export function RoomsPanel({ openRoomId, invite, onSignOut }: Props) {
  const { userId, name } = useSession();
  const rooms = useRooms();
  const [dialog, setDialog] = useState<'new' | 'join' | null>(null);

  const close = () => {
    setDialog(null);
    if (invite !== null) goTo('');
  };
  const enter = (roomId: string) => {
    setDialog(null);
    goTo(roomHash(roomId));
  };

  return (
    <nav className="rooms" aria-label={texts.rooms}>
      <header className="rooms-head">
        <h1>{texts.rooms}</h1>
        <IconButton label={texts.joinRoom} testId="join-open" onClick={() => setDialog('join')} icon={<JoinIcon />} />
        <IconButton label={texts.newRoom} testId="new-room" onClick={() => setDialog('new')} icon={<PlusIcon />} filled />
      </header>

      <ul className="rooms-list" data-testid="room-list">
        {rooms.data?.map((room) => (
          <li key={room.id}>
            <RoomItem room={room} userId={userId} isOpen={room.id === openRoomId} />
          </li>
        ))}
      </ul>
      {rooms.isPending && <Loader className="rooms-note" size="sm" />}
      {rooms.isError && (
        <Alert className="rooms-note" color="red" title={rooms.error.message}>
          <Button size="xs" variant="light" onClick={() => void rooms.refetch()}>
            {texts.tryAgain}
          </Button>
        </Alert>
      )}
      {rooms.data?.length === 0 && (
        <div className="rooms-note rooms-empty">
          <strong>{texts.noRooms}</strong>
          <span>{texts.noRoomsHint}</span>
          <Button onClick={() => setDialog('new')}>{texts.newRoom}</Button>
          <Button variant="default" onClick={() => setDialog('join')}>
            {texts.joinRoom}
          </Button>
        </div>
      )}

      <footer className="rooms-me">
        <PersonAvatar name={name} size="sm" />
        <span className="rooms-me-name" data-testid="me" data-user-id={userId}>
          <strong>{name}</strong>
          <small>{userId}</small>
        </span>
        <IconButton label={texts.signOut} testId="signout" onClick={onSignOut} icon={<SignOutIcon />} />
      </footer>

      <NewRoomDialog opened={dialog === 'new'} onClose={close} onEnter={enter} />
      <JoinRoomDialog opened={dialog === 'join' || invite !== null} invite={invite} onClose={close} onEnter={enter} />
    </nav>
  );
}

interface IconButtonProps {
  label: string;
  testId: string;
  icon: React.ReactNode;
  filled?: boolean;
  onClick: () => void;
}

function IconButton({ label, testId, icon, filled = false, onClick }: IconButtonProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        size="lg"
        variant={filled ? 'filled' : 'subtle'}
        {...(filled ? {} : { color: 'gray' })}
        aria-label={label}
        data-testid={testId}
        onClick={onClick}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
