/** What an operator reads of a board that cannot be used: what is wrong, and what to do. */
import { describe, expect, test } from 'vitest';
import type { BoardFault } from '#core/radio/board.ts';
import { checkRefusalText, faultText } from '#ui/kiosk/board-words.ts';

const WHAT_TO_DO: { readonly [K in BoardFault['kind']]: readonly [BoardFault & { kind: K }, RegExp] } = {
  busy: [{ kind: 'busy' }, /Schließen Sie andere Programme/],
  silent: [{ kind: 'silent' }, /Drücken Sie seine Taste „RST“ oder stecken Sie es neu an/],
  'no-radio': [{ kind: 'no-radio' }, /Spielen Sie sie .* auf .* oder ziehen Sie das Gerät ab/],
  'too-old': [
    { kind: 'too-old', firmware: '1.48', needed: '1.52' },
    /1\.48 ist zu alt\. Nötig ist 1\.52 .* spielt sie auf/,
  ],
  'not-taken': [
    { kind: 'not-taken', setting: 'tx-power', asked: 20, got: undefined },
    /Sendeleistung, verlangt 20, gemeldet –\. Wählen Sie .* anderen Wert/,
  ],
  unlawful: [{ kind: 'unlawful', refusal: 'outside-sub-bands' }, /Wählen Sie .* anderen Kanal/],
  'stays-off': [{ kind: 'stays-off' }, /Stecken Sie es neu an/],
  'radio-broken': [{ kind: 'radio-broken' }, /nach neuem Anstecken/],
  stalled: [{ kind: 'stalled' }, /stecken Sie es neu an/],
  // Nothing is to be done.
  restarted: [{ kind: 'restarted' }, /wird gleich wieder eingerichtet/],
  'held-back': [{ kind: 'held-back' }, /wählen Sie eine andere Frequenz/],
};

test.each(Object.entries(WHAT_TO_DO))('%s', (_kind, [fault, words]) => {
  expect(faultText(fault)).toMatch(words);
});

describe('a radio check that is refused', () => {
  test('because too much waits, or no board is on air', () => {
    expect(checkRefusalText('over-capacity')).toMatch(/in einigen Minuten noch einmal/);
    expect(checkRefusalText('wrong-state')).toMatch(/nicht auf Empfang/);
  });
  test('for any other reason, as everywhere', () => {
    expect(checkRefusalText('too-large')).toBe('Das ist zu lang.');
  });
});
