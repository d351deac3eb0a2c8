import { VisuallyHidden } from '@mantine/core';
import { useConnectionState } from '../session/SessionContext';
import { texts } from '../texts';

export function ConnectionBanner() {
  const state = useConnectionState();
  return (
    <div className="connection" role="status" data-testid="connection-state" data-state={state}>
      {state === 'online' ? <VisuallyHidden>{texts.online}</VisuallyHidden> : texts[state]}
    </div>
  );
}
