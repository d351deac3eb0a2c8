import { Alert, Button, Collapse, Paper, PasswordInput, Stack, Text, TextInput, Title, UnstyledButton } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import type { ClientSettings } from '../../api/contract';
import type { SavedSession } from '../../session/savedSession';
import { readToken, userIdFromName } from '../../session/token';
import { fetchDevelopmentToken } from '../../session/tokenServer';
import { texts } from '../../texts';

interface Props {
  settings: ClientSettings;
  notice: string | null;
  onSignedIn: (session: SavedSession) => void;
}

export function SignInPage({ settings: { tokenServer }, notice, onSignedIn }: Props) {
  return (
    <main className="signin">
      <Paper className="signin-card" withBorder shadow="sm" p="xl" radius="lg">
        <img src="/favicon.svg" alt="" width={40} height={40} />
        <Title order={1} size="h3" mt="sm">
          {texts.product}
        </Title>
        {notice !== null && <Alert color="orange" mt="md" children={notice} />}
        {tokenServer === null ? (
          <TokenForm onSignedIn={onSignedIn} />
        ) : (
          <NameForm tokenServer={tokenServer} onSignedIn={onSignedIn} />
        )}
      </Paper>
    </main>
  );
}

function NameForm({ tokenServer, onSignedIn }: { tokenServer: string; onSignedIn: Props['onSignedIn'] }) {
  const [name, setName] = useState('');
  const [chosenId, setChosenId] = useState<string | null>(null);
  const [advanced, setAdvanced] = useState(false);
  const userId = chosenId ?? userIdFromName(name);

  const signIn = useMutation({
    mutationFn: () => fetchDevelopmentToken(tokenServer, userId, name.trim()),
    onSuccess: (token) => onSignedIn({ userId, name: name.trim(), token, tokenServer }),
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (userId !== '') signIn.mutate();
  };

  return (
    <form onSubmit={submit}>
      <Stack mt="xs">
        <Text c="dimmed" size="sm">
          {texts.signInIntro}
        </Text>
        <TextInput
          label={texts.name}
          placeholder={texts.namePlaceholder}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={64}
          autoFocus
          autoComplete="nickname"
          data-testid="signin-name"
        />
        <UnstyledButton className="link" aria-expanded={advanced} onClick={() => setAdvanced(!advanced)}>
          {texts.advanced}
        </UnstyledButton>
        <Collapse expanded={advanced}>
          <TextInput
            label={texts.userId}
            description={texts.userIdHint}
            value={userId}
            onChange={(event) => setChosenId(event.currentTarget.value)}
            maxLength={64}
            data-testid="signin-id"
          />
        </Collapse>
        {signIn.isError && <Alert color="red" children={`${texts.tokenServerDown} ${signIn.error.message}`} />}
        <Button type="submit" loading={signIn.isPending} disabled={name.trim() === '' || userId === ''} data-testid="signin-submit">
          {texts.signIn}
        </Button>
      </Stack>
    </form>
  );
}

function TokenForm({ onSignedIn }: { onSignedIn: Props['onSignedIn'] }) {
  const [token, setToken] = useState('');
  const [error, setError] = useState<string | null>(null);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const pasted = token.trim();
    const claims = readToken(pasted);
    if (claims === null) setError(texts.tokenInvalid);
    else onSignedIn({ userId: claims.userId, name: claims.name, token: pasted, tokenServer: null });
  };

  return (
    <form onSubmit={submit}>
      <Stack mt="xs">
        <Text c="dimmed" size="sm">
          {texts.tokenIntro}
        </Text>
        <PasswordInput
          label={texts.token}
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
          error={error}
          autoFocus
          autoComplete="off"
          data-testid="signin-token"
        />
        <Button type="submit" disabled={token.trim() === ''} data-testid="signin-submit">
          {texts.signIn}
        </Button>
      </Stack>
    </form>
  );
}
