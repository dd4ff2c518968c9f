/** What a page says, as `FromPage`: whatever else comes in is refused, and harms nothing. */
import * as v from 'valibot';
import type { FromPage } from '#test/emulator/wire.ts';

const signals = v.object({ dtr: v.exactOptional(v.boolean()), rts: v.exactOptional(v.boolean()) });

const fromPage: v.GenericSchema<unknown, FromPage> = v.variant('kind', [
  v.object({ kind: v.literal('look') }),
  v.object({ kind: v.literal('open'), baudRate: v.number() }),
  v.object({ kind: v.literal('close') }),
  v.object({ kind: v.literal('signals'), signals }),
  v.object({ kind: v.literal('grant'), isGranted: v.boolean() }),
]);

/** Throws where it is no JSON, or none of the messages. */
export const readFromPage = (text: string): FromPage => v.parse(fromPage, JSON.parse(text));
