/** The registrars that a start goes on with: what is kept, at once; otherwise what the relay says. */
import { describe, expect, test } from 'vitest';
import { createMemoryDisk, createMemoryStore } from '#adapters/memory/memory-store.ts';
import type { PinnedRegistrar } from '#core/domain/trust.ts';
import { loadRegistrars } from '#host/node/known-registrars.ts';

const registrar = (name: string, byte: number): PinnedRegistrar => ({
  name,
  publicKey: new Uint8Array(32).fill(byte),
  demo: false,
});
const A = registrar('Kammer A', 1);
const B = registrar('Kammer B', 2);
const says = (answer: readonly PinnedRegistrar[] | undefined) => async () => answer;
const never = () => new Promise<undefined>(() => undefined);

describe('a start', () => {
  test('without a memory waits for the relay, and keeps what it says', async () => {
    const disk = createMemoryDisk();
    expect(await loadRegistrars(createMemoryStore(disk), says([A]))).toEqual([A]);
    expect(await loadRegistrars(createMemoryStore(disk), never)).toEqual([A]);
  });

  test('with a memory does not wait, and the next one has the new answer', async () => {
    const store = createMemoryStore();
    await loadRegistrars(store, says([A]));
    let answer = (_: readonly PinnedRegistrar[]): void => undefined;
    const asked = new Promise<readonly PinnedRegistrar[]>((done) => {
      answer = done;
    });
    expect(await loadRegistrars(store, () => asked)).toEqual([A]);
    answer([B]);
    await asked;
    expect(await loadRegistrars(store, never)).toEqual([B]);
  });

  test('that remembers that nobody was pinned asks again', async () => {
    const store = createMemoryStore();
    expect(await loadRegistrars(store, says([]))).toEqual([]);
    expect(await loadRegistrars(store, says([A]))).toEqual([A]);
  });

  test('without an answer and without a memory, or with one that cannot be read, pins nobody', async () => {
    const store = createMemoryStore();
    expect(await loadRegistrars(store, says(undefined))).toEqual([]);
    expect(await loadRegistrars(store, () => Promise.reject(new Error('aborted')))).toEqual([]);
    await store.commit([{ op: 'put', table: 'meta', key: 'registrars', value: Uint8Array.of(1, 2) }]);
    expect(await loadRegistrars(store, says(undefined))).toEqual([]);
    expect(await loadRegistrars(store, says([B]))).toEqual([B]);
  });

  test('goes on when nothing can be kept', async () => {
    const broken = { get: () => Promise.reject(new Error('no')), commit: () => Promise.reject(new Error('no')) };
    expect(await loadRegistrars(broken, says([A]))).toEqual([A]);
  });
});
