/** The registrar's command line: what an operator types, and what comes of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { decodeBase64Url, encodeBase64Url } from '#core/bytes/base64url.ts';
import { decodeCredential } from '#core/wire/credential.ts';
import { runRegistrarCommand } from '#relay/registrar/registrar-command.ts';
import { createSigner } from '#test/engine/raw-peer.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'registrar-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = async (...args: string[]) => {
  const said: string[] = [];
  const complained: string[] = [];
  const status = await runRegistrarCommand(args, {
    say: (text) => said.push(text),
    complain: (text) => complained.push(text),
  });
  return { status, said, complained: complained.join('\n') };
};
const issue = (therapist: string) =>
  run(
    ...['issue', '--key', join(folder, 'keys.json'), '--name', 'Kammer Musterland'],
    ...['--therapist', therapist, '--holder', 'Dr. Miriam Aydın', '--beruf', 'PP', '--verfahren', 'VT'],
    ...['--zulassung', 'KV', '--approbation', '1234', '--until', '2028-06-30', '--index', '7'],
  );

/** A key that begins with a dash where the app shows it. */
const dashedKey = (): Uint8Array => {
  for (let seed = 0; ; seed++) {
    const { publicKey } = createSigner(seed);
    if (encodeBase64Url(publicKey).startsWith('-')) return publicKey;
  }
};

test('a public key that begins with a dash is taken as it is shown', async () => {
  const key = dashedKey();
  const { status, said } = await issue(encodeBase64Url(key));
  expect(status).toBe(0);
  const credential = decodeCredential(decodeBase64Url(said[0] ?? '') ?? new Uint8Array());
  expect(credential.ok && credential.value.message.therapistKey).toEqual(key);
});

test.each(['', '-', '--', 'not a key', '-K2OqN5p2VR4VbFFOuHEUGiCssB1VZbLPhonTK40Q9'])(
  'a key that is none (%s) is refused, and says what is wanted',
  async (therapist) => {
    const { status, said, complained } = await issue(therapist);
    expect([status, said]).toEqual([2, []]);
    expect(complained).toContain('--therapist: the public key as the app shows it');
  },
);
