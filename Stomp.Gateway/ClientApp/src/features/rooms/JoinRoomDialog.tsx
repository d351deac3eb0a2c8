import { Alert, Button, Divider, Group, Loader, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { PersonAvatar } from '../../components/PersonAvatar';
import { useSession } from '../../session/SessionContext';
import { texts } from '../../texts';
import { inviteText, readInvite, type InvitedTo } from './invite';
import { roomName } from './roomName';
import { roomsKey } from './useRooms';

export type { InvitedTo } from './invite';

interface Props {
  opened: boolean;
  invite: InvitedTo | null;
  onClose: () => void;
  onEnter: (roomId: string) => void;
}

export function JoinRoomDialog({ opened, invite, onClose, onEnter }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={texts.joinRoom} closeButtonProps={{ 'aria-label': texts.close }}>
      <JoinRoomForm invite={invite} onEnter={onEnter} />
    </Modal>
  );
}

function JoinRoomForm({ invite, onEnter }: Pick<Props, 'invite' | 'onEnter'>) {
  const { userId, rest } = useSession();
  const queryClient = useQueryClient();
  const [code, setCode] = useState(invite === null ? '' : inviteText(invite));
  const invited = readInvite(code);

  const join = useMutation({
    mutationFn: (to: { roomId: string; code: string | null }) => rest.join(to.roomId, to.code),
    onSuccess: (_room, to) => {
      void queryClient.invalidateQueries({ queryKey: roomsKey(userId) });
      onEnter(to.roomId);
    },
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (invited !== null) join.mutate(invited);
  };

  return (
    <Stack>
      <form onSubmit={submit}>
        <Group align="flex-start" wrap="nowrap">
          <TextInput
            flex={1}
            aria-label={texts.inviteCode}
            placeholder={texts.inviteCode}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
            error={code !== '' && invited === null ? texts.badInvite : null}
            autoComplete="off"
            data-autofocus
            data-testid="join-code"
          />
          <Button type="submit" disabled={invited === null} loading={join.isPending} data-testid="join-submit">
            {texts.join}
          </Button>
        </Group>
      </form>
      {join.isError && <Alert color="red" role="alert" children={join.error.message} />}
      <Divider label={texts.publicRooms} />
      <PublicRooms onJoin={(roomId) => join.mutate({ roomId, code: null })} />
    </Stack>
  );
}

function PublicRooms({ onJoin }: { onJoin: (roomId: string) => void }) {
  const { userId, rest } = useSession();
  const [search, setSearch] = useState('');
  const [q] = useDebouncedValue(search.trim(), 250);
  const found = useQuery({
    queryKey: ['publicRooms', userId, q],
    queryFn: ({ signal }) => rest.publicRooms(q, signal),
    placeholderData: (previous) => previous,
  });

  return (
    <>
      <TextInput
        aria-label={texts.findPublicRooms}
        placeholder={texts.findPublicRooms}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        data-testid="public-room-search"
      />
      {found.isPending && <Loader size="sm" />}
      {found.isError && <Alert color="red" children={found.error.message} />}
      {found.data?.items.length === 0 && <Text c="dimmed" size="sm" children={texts.noPublicRooms} />}
      <ul className="public-rooms">
        {found.data?.items.map((room) => (
          <li key={room.id} data-testid="public-room-item" data-room-id={room.id}>
            <PersonAvatar name={roomName(room, userId)} size="sm" />
            <span className="public-rooms-name">
              {roomName(room, userId)}
              <small>{texts.memberCount(room.memberCount)}</small>
            </span>
            <Button size="xs" variant="light" onClick={() => onJoin(room.id)} data-testid="public-room-join">
              {texts.join}
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}
