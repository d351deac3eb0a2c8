import { Alert, Button, Checkbox, Group, Modal, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useSession } from '../../session/SessionContext';
import { texts } from '../../texts';
import { roomsKey } from './useRooms';

interface Props {
  opened: boolean;
  onClose: () => void;
  onEnter: (roomId: string) => void;
}

export function NewRoomDialog({ opened, onClose, onEnter }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={texts.newRoom} closeButtonProps={{ 'aria-label': texts.close }}>
      <NewRoomForm onClose={onClose} onEnter={onEnter} />
    </Modal>
  );
}

function NewRoomForm({ onClose, onEnter }: Omit<Props, 'opened'>) {
  const { userId, rest } = useSession();
  const queryClient = useQueryClient();
  const [kind, setKind] = useState<'group' | 'direct'>('group');
  const [name, setName] = useState('');
  const [members, setMembers] = useState('');
  const [isPublic, setPublic] = useState(false);

  const create = useMutation({
    mutationFn: () =>
      kind === 'direct'
        ? rest.openDirect(members.trim())
        : rest.createGroup({ name: name.trim(), visibility: isPublic ? 'public' : 'private', memberIds: idsIn(members) }),
    onSuccess: (room) => {
      void queryClient.invalidateQueries({ queryKey: roomsKey(userId) });
      onEnter(room.id);
    },
  });
  const ready = kind === 'direct' ? members.trim() !== '' : name.trim() !== '';
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (ready) create.mutate();
  };

  return (
    <form onSubmit={submit}>
      <Stack>
        <SegmentedControl
          value={kind}
          onChange={(value) => setKind(value === 'direct' ? 'direct' : 'group')}
          data={[
            { value: 'group', label: texts.group },
            { value: 'direct', label: texts.direct },
          ]}
        />
        {kind === 'group' && (
          <TextInput
            label={texts.roomName}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            maxLength={100}
            data-autofocus
            data-testid="new-room-name"
          />
        )}
        <TextInput
          label={kind === 'group' ? texts.members : texts.person}
          {...(kind === 'group' ? { description: texts.membersHint } : {})}
          value={members}
          onChange={(event) => setMembers(event.currentTarget.value)}
          autoComplete="off"
          data-testid="new-room-members"
        />
        {kind === 'group' && (
          <Checkbox
            label={texts.publicRoom}
            checked={isPublic}
            onChange={(event) => setPublic(event.currentTarget.checked)}
            data-testid="new-room-public"
          />
        )}
        {create.isError && <Alert color="red" role="alert" children={create.error.message} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {texts.cancel}
          </Button>
          <Button type="submit" loading={create.isPending} disabled={!ready} data-testid="new-room-submit">
            {kind === 'group' ? texts.create : texts.open}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const idsIn = (text: string) => [...new Set(text.split(/[\s,;]+/).filter((id) => id !== ''))];
