import { Alert, Button, Code, CopyButton, Group, Popover, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { Member, Room } from '../../api/contract';
import { goTo, joinHash } from '../../app/useRoute';
import { PeopleIcon } from '../../components/icons';
import { PersonAvatar } from '../../components/PersonAvatar';
import { useSession } from '../../session/SessionContext';
import { texts } from '../../texts';
import { inviteText } from '../rooms/invite';

/** Who is in the room, and the way in and out. */
export function MembersMenu({ room, members }: { room: Room; members: readonly Member[] }) {
  const { rest } = useSession();
  const leave = useMutation({ mutationFn: () => rest.leave(room.id), onSuccess: () => goTo('') });

  return (
    <Popover width={300} position="bottom-end" shadow="md" withArrow trapFocus>
      <Popover.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-md"
          leftSection={<PeopleIcon />}
          aria-label={texts.memberCount(members.length)}
          data-testid="members"
        >
          {members.length}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          <ul className="members">
            {members.map((member) => (
              <li key={member.userId} data-testid="member" data-user-id={member.userId}>
                <PersonAvatar name={member.name} url={member.avatarUrl} size="sm" />
                <span className="members-name">{member.name}</span>
                <Text size="xs" c="dimmed" children={texts.roles[member.role]} />
              </li>
            ))}
          </ul>
          {room.kind === 'group' && <InviteMaker roomId={room.id} />}
          {room.kind === 'group' && (
            <Button variant="subtle" color="red" loading={leave.isPending} onClick={() => leave.mutate()} data-testid="leave">
              {texts.leaveRoom}
            </Button>
          )}
          {leave.isError && <Alert color="red" role="alert" children={leave.error.message} />}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function InviteMaker({ roomId }: { roomId: string }) {
  const { rest } = useSession();
  const create = useMutation({ mutationFn: () => rest.createInvite(roomId) });

  if (create.data === undefined) {
    return (
      <>
        <Button variant="light" loading={create.isPending} onClick={() => create.mutate()} data-testid="create-invite">
          {texts.invite}
        </Button>
        {create.isError && <Alert color="red" role="alert" children={create.error.message} />}
      </>
    );
  }
  const { code } = create.data;
  return (
    <Stack gap={6}>
      <Text size="sm">{texts.inviteHint}</Text>
      <Group gap="xs" wrap="nowrap">
        <Code className="invite-code" data-testid="invite-code">
          {inviteText({ roomId, code })}
        </Code>
        <CopyButton value={`${window.location.origin}/${joinHash(roomId, code)}`}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="light" onClick={copy} flex="none">
              {copied ? texts.copied : texts.copyLink}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Stack>
  );
}
