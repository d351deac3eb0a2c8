/** Asks the development token server, which believes every name. */
export async function fetchDevelopmentToken(tokenServer: string, userId: string, name: string): Promise<string> {
  const response = await fetch(`${tokenServer}/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ sub: userId, name }),
  });
  if (!response.ok) throw new Error(`The token server answered ${response.status}.`);
  return ((await response.json()) as { access_token: string }).access_token;
}
