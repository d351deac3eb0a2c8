import { Button, Center, Loader, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import type { ClientSettings } from '../api/contract';
import { SignInPage } from '../features/signin/SignInPage';
import { SessionContext } from '../session/SessionContext';
import { SessionStore } from '../session/SessionStore';
import { texts } from '../texts';
import { ChatPage } from './ChatPage';

export function App() {
  const start = useQuery({ queryKey: ['start'], queryFn: startUp, staleTime: Infinity, retry: 5 });
  if (start.isPending) return <Center h="100dvh" children={<Loader />} />;
  if (start.isError) {
    return (
      <Center h="100dvh">
        <Stack align="center">
          <Text>{texts.loadFailed}</Text>
          <Button onClick={() => void start.refetch()}>{texts.tryAgain}</Button>
        </Stack>
      </Center>
    );
  }
  return <SignedInOrNot {...start.data} />;
}

interface Started {
  settings: ClientSettings;
  store: SessionStore;
}

async function startUp(): Promise<Started> {
  const response = await fetch('/client.json');
  if (!response.ok) throw new Error(`/client.json answered ${response.status}.`);
  const settings = (await response.json()) as ClientSettings;
  return { settings, store: new SessionStore(settings) };
}

function SignedInOrNot({ settings, store }: Started) {
  const { session, endedBecause } = useSyncExternalStore(
    (changed) => store.onChange.add(changed),
    () => store.state,
  );

  if (session === null) {
    return <SignInPage settings={settings} notice={endedBecause} onSignedIn={(saved) => store.signIn(saved)} />;
  }
  return (
    <SessionContext value={session}>
      <ChatPage onSignOut={() => store.signOut()} />
    </SessionContext>
  );
}
