import type { Message } from '../../api/contract';
import { texts } from '../../texts';

/** What stands in the place of a message whose text is gone: somebody deleted it, or its time was over. */
export function goneText(message: Message): string {
  return message.deletedAt ? texts.deletedMessage : texts.expiredMessage;
}
