/** The emulator as a server: boards on WebSockets and TCP, and what a test can do to them. Its own time runs fast. */
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Emulator, startEmulator } from '#test/emulator/emulator.ts';
import { readOptions } from '#test/emulator/emulator-options.ts';
import { toText } from '#test/emulator/scene.ts';
import type { FromPage, ToPage } from '#test/emulator/wire.ts';

const DETECT = Uint8Array.of(0xc0, 0x08, 0x73, 0xc0);
const BOOTED = 'c0 55 f8 c0';
const DETECTED = 'c0 08 46 c0';

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator({ ...readOptions([]), speed: 100 }, 'pageScript();');
});
afterEach(() => emulator.close());

interface Page {
  /** Text: as it is. */
  say(message: FromPage | Uint8Array | string): void;
  /** Resolves once bytes that end so have come, or a message of this kind. */
  hears(hex: string): Promise<void>;
  told<K extends ToPage['kind']>(kind: K): Promise<Extract<ToPage, { kind: K }>>;
}

const openPage = async (address: string, origin = 'http://one.example'): Promise<Page> => {
  const socket = new WebSocket(address, { origin });
  const messages: ToPage[] = [];
  let bytes: number[] = [];
  const waiting = new Set<() => void>();
  socket.on('message', (data, isBinary) => {
    if (isBinary && Buffer.isBuffer(data)) bytes.push(...data);
    else messages.push(JSON.parse(String(data)));
    for (const look of [...waiting]) look();
  });
  const until = <T>(find: () => T | undefined): Promise<T> =>
    new Promise((done) => {
      const look = (): void => {
        const found = find();
        if (found === undefined) return;
        waiting.delete(look);
        done(found);
      };
      waiting.add(look);
      look();
    });
  await new Promise((done) => socket.once('open', done));
  return {
    say: (message) =>
      socket.send(message instanceof Uint8Array || typeof message === 'string' ? message : JSON.stringify(message)),
    hears: (hex) =>
      until(() => {
        if (!toText(bytes).endsWith(hex)) return undefined;
        bytes = [];
        return true;
      }).then(() => undefined),
    told: (kind) =>
      until(() => {
        const at = messages.findIndex((message) => message.kind === kind);
        const [found] = at < 0 ? [] : messages.splice(at, 1);
        return found?.kind === kind ? (found as Extract<ToPage, { kind: typeof kind }>) : undefined;
      }),
  };
};
const control = async (message: object): Promise<unknown> => {
  const socket = new WebSocket(emulator.addresses.control);
  await new Promise((done) => socket.once('open', done));
  const answer = new Promise((done) => socket.once('message', (data) => done(JSON.parse(String(data)))));
  socket.send(JSON.stringify(message));
  const heard = await answer;
  socket.close();
  return heard;
};
const socketOf = (name: string): string => emulator.addresses.boards[name]?.socket ?? '';

test('a page opens a board, releases its lines, and talks to it', async () => {
  const page = await openPage(socketOf('a'));
  expect(await page.told('device')).toEqual({
    kind: 'device',
    device: { usbVendorId: 0x10c4, usbProductId: 0xea60, hasSerialNumber: true },
    isGranted: false,
  });
  page.say({ kind: 'open', baudRate: 115_200 });
  expect(await page.told('done')).toMatchObject({ ok: true });
  page.say({ kind: 'signals', signals: { dtr: false, rts: false } });
  await page.hears(BOOTED);
  page.say(DETECT);
  await page.hears(DETECTED);
  page.say({ kind: 'close' });
  await page.told('done');
});

test('one host at a time, and the next when that is gone', async () => {
  const [one, other] = [await openPage(socketOf('a')), await openPage(socketOf('a'))];
  one.say({ kind: 'open', baudRate: 115_200 });
  expect(await one.told('done')).toMatchObject({ ok: true });
  other.say({ kind: 'open', baudRate: 115_200 });
  expect(await other.told('done')).toMatchObject({ ok: false });
  one.say({ kind: 'close' });
  await one.told('done');
  other.say({ kind: 'open', baudRate: 115_200 });
  expect(await other.told('done')).toMatchObject({ ok: true });
});

test('what one page was granted, all of its origin have, and no others', async () => {
  const [one, same, other] = [
    await openPage(socketOf('a')),
    await openPage(socketOf('a')),
    await openPage(socketOf('a'), 'http://other.example'),
  ];
  for (const page of [one, same, other]) expect(await page.told('device')).toMatchObject({ isGranted: false });
  one.say({ kind: 'grant', isGranted: true });
  await one.told('done');
  expect(await same.told('device')).toMatchObject({ isGranted: true });
  const late = await openPage(socketOf('a'), 'http://other.example');
  expect(await late.told('device')).toMatchObject({ isGranted: false });
  late.say({ kind: 'look' });
  expect(await late.told('done')).toMatchObject({ ok: true });
  expect(await late.told('device')).toMatchObject({ isGranted: false });
});

test('boards are unplugged, plugged in, disturbed and made faulty from outside', async () => {
  const page = await openPage(socketOf('a'));
  await page.told('device');
  expect(await control({ call: 7, do: 'unplug', board: 'a' })).toMatchObject({ call: 7 });
  expect(await page.told('device')).toEqual({ kind: 'device', isGranted: false });
  await control({ do: 'plug', board: 'a' });
  expect(await page.told('device')).toMatchObject({ device: { usbVendorId: 0x10c4 } });
  page.say({ kind: 'open', baudRate: 115_200 });
  await page.told('done');
  await control({ do: 'disturb', board: 'a', error: 'ParityError' });
  expect(await page.told('line-error')).toMatchObject({ error: 'ParityError' });
  for (const message of [
    { do: 'fault', board: 'a', faults: { isFrozen: true } },
    { do: 'complain', board: 'a', code: 5 },
    { do: 'restart', board: 'a' },
    { do: 'move', board: 'b', x: 9_000, y: 0 },
    { do: 'loss', from: 'a', to: 'b', share: 0.5 },
    { do: 'now' },
  ]) {
    expect(await control(message)).toMatchObject({ now: expect.any(Number) });
  }
  expect(await control({ do: 'look', board: 'a' })).toMatchObject({ isOnAir: false });
});

test('time that stands still passes when somebody lets it, until a board says something', async () => {
  await emulator.close();
  emulator = await startEmulator({ ...readOptions([]), speed: 0 }, '');
  const page = await openPage(socketOf('a'));
  page.say({ kind: 'open', baudRate: 115_200 });
  page.say({ kind: 'signals', signals: { dtr: false, rts: false } });
  await page.told('done');
  expect(await control({ do: 'pass', until: 400 })).toMatchObject({ now: 400, speaking: [] });
  expect(await control({ do: 'pass', until: 9_000 })).toMatchObject({ now: 1_000, speaking: ['a'] });
  await page.hears(BOOTED);
  expect(await control({ do: 'now' })).toMatchObject({ now: 1_000 });
});

test.each([{ do: 'unplug', board: 'nobody' }, { do: 'dance' }, { do: 'pass', until: 1 }])(
  'what cannot be done is said: %o',
  async (message) => {
    expect(await control({ call: 1, ...message })).toMatchObject({ call: 1, error: expect.any(String) });
  },
);

test.each(['{', 'null', '{"kind":"dance"}', '{"kind":"open"}', '{"kind":"signals","signals":{"dtr":1}}'])(
  'a page that says %s is told that this is nothing, and the board is there as before',
  async (text) => {
    const page = await openPage(socketOf('a'));
    page.say(text);
    expect(await page.told('misunderstood')).toMatchObject({ error: expect.any(String) });
    page.say({ kind: 'open', baudRate: 115_200 });
    expect(await page.told('done')).toMatchObject({ ok: true });
  },
);

test.each(['/boards/%', '/boards/nobody', '/elsewhere'])('nothing is at %s, and nothing breaks there', async (path) => {
  const socket = new WebSocket(new URL(path, emulator.addresses.control));
  await new Promise((done) => socket.once('close', done));
  expect(await control({ do: 'now' })).toMatchObject({ now: expect.any(Number) });
});

test('a board on TCP is ready for bytes', async () => {
  const socket = connect(emulator.addresses.boards.b?.tcp ?? 0, '127.0.0.1');
  const heard: number[] = [];
  await new Promise<void>((done) => {
    socket.on('data', (bytes) => {
      heard.push(...bytes);
      if (toText(heard).endsWith(DETECTED)) done();
    });
    // Until it has booted, nobody listens.
    const asking = setInterval(() => socket.write(DETECT), 20);
    socket.on('close', () => clearInterval(asking));
  });
  socket.destroy();
});

test('the script for pages begins with the addresses', async () => {
  const text = await (await fetch(emulator.addresses.script)).text();
  expect(text).toBe(`globalThis.emulatedBoards = ${JSON.stringify([socketOf('a'), socketOf('b')])};\npageScript();\n`);
});

test('options that are none are refused', () => {
  expect(() => readOptions(['--speed', 'fast'])).toThrow('--speed');
  expect(() => readOptions(['--speed', '-1'])).toThrow('--speed');
  expect(() => readOptions(['--loss', '5'])).toThrow('--loss');
  expect(() => readOptions(['--board', '{'])).toThrow(SyntaxError);
  expect(readOptions(['--board', '{"name":"x","kind":"avr"}', '--seed', '5'])).toMatchObject({
    boards: [{ name: 'x', kind: 'avr' }],
    seed: 5,
  });
});
