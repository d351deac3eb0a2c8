import { ActionIcon, Textarea } from '@mantine/core';
import { useState, type SubmitEvent, type KeyboardEvent } from 'react';
import { SendIcon } from '../../components/icons';
import { texts } from '../../texts';

/** The server's limit for a message's text. */
const MAX_TEXT = 8_000;

interface Props {
  roomTitle: string;
  /** False when the text was not taken. */
  onSend: (text: string) => boolean;
}

/** Enter sends, Shift+Enter starts a new line. */
export function Composer({ roomTitle, onSend }: Props) {
  const [text, setText] = useState('');
  const [full, setFull] = useState(false);
  const tooLong = text.length > MAX_TEXT;

  const send = () => {
    const trimmed = text.trim();
    if (trimmed === '' || tooLong) return;
    const taken = onSend(trimmed);
    setFull(!taken);
    if (taken) setText('');
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    send();
  };
  const keyDown = (event: KeyboardEvent) => {
    // Enter also ends the composition of a Korean or Japanese syllable; that one is not meant for us.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };

  return (
    <form className="composer" onSubmit={submit}>
      <Textarea
        className="composer-text"
        aria-label={`${texts.writeMessage}: ${roomTitle}`}
        placeholder={texts.writeMessage}
        autosize
        minRows={1}
        maxRows={8}
        autoFocus={window.matchMedia('(min-width: 48em)').matches}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={keyDown}
        error={full ? texts.outboxFull : tooLong ? texts.tooLong(text.length, MAX_TEXT) : null}
        data-testid="composer"
      />
      <ActionIcon type="submit" size={36} aria-label={texts.send} disabled={text.trim() === '' || tooLong} data-testid="send">
        <SendIcon />
      </ActionIcon>
    </form>
  );
}
