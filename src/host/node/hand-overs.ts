import { ok, refuse } from '#core/result.ts';
import { handOverText, readHandOverText } from '#core/wire/hand-over.ts';
import type { Command, CommandReply } from '#engine/command.ts';
import type { Views } from '#engine/views.ts';
import type { HandOverApi } from '#host/rpc/hand-over-api.ts';

/** Sealed requests from a phone's screen to a kiosk's camera. */
export interface HandOverParts {
  readonly run: (command: Command) => Promise<CommandReply>;
  readonly views: Pick<Views, 'outbox'>;
}

export const createHandOverCalls = ({ run, views }: HandOverParts): HandOverApi => ({
  showSealed: async (requestId) => {
    const shown = await run({ kind: 'show-request', requestId });
    if (!shown.ok) return shown;
    const sealed = [...views.outbox()].find(({ owner }) => owner === `request:${requestId}`);
    return sealed === undefined ? refuse('wrong-state') : ok(handOverText(sealed.frame));
  },
  takeBrought: async (text) => {
    const read = readHandOverText(text);
    if (!read.ok) return read;
    const reply = await run({ kind: 'bring-bundle', bundle: read.value.bundle });
    return reply.ok ? ok(reply.value === 'known' ? 'known' : 'taken') : reply;
  },
});
