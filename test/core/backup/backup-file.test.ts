/** The backup file byte by byte (docs/protocol/backup.md), against files that other code made. */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backupSecret, decodeBackupFile, MAX_BACKUP_BYTES, openBackup, sealBackup } from '#core/backup/backup-file.ts';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { toUtf8 } from '#core/bytes/utf8.ts';
import { cases } from '#test/vectors/backup/file.json' with { type: 'json' };

const bytes = (text: string): Uint8Array => fromHex(text) ?? new Uint8Array();
const [full = cases[0], bare = cases[0]] = cases;
const codeOf = (result: { readonly ok: boolean; readonly code?: unknown }): unknown => (result.ok ? 'ok' : result.code);

describe.each(cases)('$title', ({ entropy, secret, address, salt, key, content, file }) => {
  test('its keys follow from the words and the salt', () => {
    expect(toHex(backupSecret(bytes(entropy)))).toBe(secret);
    expect(toHex(hmac(sha256, bytes(secret), bytes(salt)))).toBe(key);
  });

  test('is written and read as the other code did', () => {
    const sealed = sealBackup({ address: bytes(address), salt: bytes(salt), key: bytes(key) }, bytes(content));
    expect(sealed.ok && toHex(sealed.value)).toBe(file);
    const read = decodeBackupFile(bytes(file));
    if (!read.ok) throw new Error(read.code);
    expect(toHex(read.value.address)).toBe(address);
    const opened = openBackup(read.value, bytes(key));
    expect(opened.ok && toHex(opened.value)).toBe(content);
  });
});

describe('a file', () => {
  test('that is none, cut short, too new or too large is told apart', () => {
    const file = bytes(full?.file ?? '');
    expect(codeOf(decodeBackupFile(toUtf8('BEGIN:VCALENDAR')))).toBe('malformed');
    for (const length of [0, 7, 8, 24, 41, 57])
      expect(codeOf(decodeBackupFile(file.slice(0, length)))).toBe('malformed');
    const version = (value: number) => file.map((byte, at) => (at === 8 ? value : byte));
    expect(codeOf(decodeBackupFile(version(0)))).toBe('malformed');
    for (const newer of [2, 255]) expect(codeOf(decodeBackupFile(version(newer)))).toBe('unknown-kind');
    expect(codeOf(decodeBackupFile(new Uint8Array(MAX_BACKUP_BYTES + 1)))).toBe('too-large');
    const parts = { address: new Uint8Array(16), salt: new Uint8Array(16), key: new Uint8Array(32) };
    expect(codeOf(sealBackup(parts, new Uint8Array(MAX_BACKUP_BYTES)))).toBe('too-large');
  });

  test('opens with no bit of it changed and no other key', () => {
    const [file, key] = [bytes(full?.file ?? ''), bytes(full?.key ?? '')];
    fc.assert(
      fc.property(fc.integer({ min: 9 * 8, max: file.length * 8 - 1 }), (bit) => {
        const changed = file.slice();
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const read = decodeBackupFile(changed);
        return read.ok && codeOf(openBackup(read.value, key)) === 'cannot-open';
      }),
    );
    const read = decodeBackupFile(file);
    expect(read.ok && codeOf(openBackup(read.value, bytes(bare?.key ?? '')))).toBe('cannot-open');
  });

  test('of any bytes is refused or read, and never throws', () => {
    const start = fc.constantFrom(new Uint8Array(), bytes(full?.file ?? '').slice(0, 9), bytes(full?.file ?? ''));
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 200 }), (head, tail) => {
        const read = decodeBackupFile(Uint8Array.of(...head, ...tail));
        if (read.ok) expect(codeOf(openBackup(read.value, new Uint8Array(32)))).toBe('cannot-open');
      }),
    );
  });
});
