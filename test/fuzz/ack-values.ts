import fc from 'fast-check';
import { hex, kind } from '#test/fuzz/arbitraries.ts';

/** The next hop's answer: one of three words, of as many envelopes as there may be. */
export const ack = fc
  .record({
    kind: kind('ack'),
    word: fc.constantFrom({ taken: true }, { taken: false }, { taken: false, tooLarge: true }),
    ids: fc.array(hex(16), { minLength: 1, maxLength: 32 }),
  })
  .map(({ word, ...rest }) => ({ ...rest, ...word }));
