/** An operator's relay tells another one where to link itself: over the mesh, by the command line, with all its refusals. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createSystemClock } from '#adapters/system/clock.ts';
import type { Millis, NodeAddress } from '#core/brand.ts';
import { DAY, HOUR } from '#core/domain/limits.ts';
import { createAssignAnswer, toAssignRequest } from '#relay/control/assign.ts';
import { type Answer, askControlSocket, openControlSocket } from '#relay/control/control-socket.ts';
import { runAssignCommand } from '#relay/mesh/assign-command.ts';
import {
  openPatientAt,
  openPracticeAt,
  playCoreLoop,
  startWholeRelay,
  until,
  type WholeRelay,
} from '#test/relay/linked-relays.ts';

const NOWHERE = 'http://127.0.0.1:1';
const STRANGER = 'ab'.repeat(16) as NodeAddress;

const running: { stop(): Promise<void> }[] = [];
const keep = async <T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
  const started = await starting;
  running.unshift(started);
  return started;
};
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});
const start = (config: object = {}): Promise<WholeRelay> => keep(startWholeRelay({ config }));

const openFolder = (): string => {
  const data = mkdtempSync(join(tmpdir(), 'terminfunk-control-'));
  running.push({ stop: async () => rmSync(data, { recursive: true, force: true }) });
  return data;
};
const openControl = async (answer: Answer, data = openFolder()): Promise<string> => {
  const socket = await openControlSocket(data, answer);
  running.unshift({ stop: socket.close });
  return data;
};
/** The data folder over which this relay is commanded. */
const command = ({ node: { driver, views } }: WholeRelay, patience = 12_000): Promise<string> =>
  openControl(createAssignAnswer({ driver, views, clock: createSystemClock(), patience }));

const assign = async (...args: string[]) => {
  const said: string[] = [];
  const complained: string[] = [];
  const status = await runAssignCommand(args, {
    say: (text) => said.push(text),
    complain: (text) => complained.push(text),
  });
  return { status, said, complained };
};

const held = (relay: WholeRelay) => relay.node.views.mesh().assignments;
const stateAt = (relay: WholeRelay, { server }: WholeRelay): string | undefined =>
  held(relay).find(({ origin }) => origin === server.origin)?.state;

/** `member` is linked to two relays of its own choice, of which the operator knows one; nobody knows `target`. */
const setUp = async (config: object = {}) => {
  const [operator, hub, other, target] = [await start(), await start(), await start(), await start()];
  const member = await start({ operators: [operator.node.address], ...config });
  operator.link(hub.server.origin);
  const links = member.link(hub.server.origin, other.server.origin);
  await until(() => links.status().connected === 2);
  await until(() => operator.node.views.mesh().routesTo(member.node.address) > 0);
  await until(() => member.node.views.identity(operator.node.address) !== undefined);
  return { operator, hub, other, target, member, links, data: await command(operator) };
};

describe('an assigned relay', () => {
  test('is dialled beside those that are named, and what is announced there is found here', async () => {
    const { target, member, links, data } = await setUp();
    const { status, said, complained } = await assign(
      member.node.address.toUpperCase(),
      `${target.server.origin}/`,
      '--for',
      '1',
      '--data',
      data,
    );
    expect({ status, complained }).toEqual({ status: 0, complained: [] });
    const words = `${member.node.address} is to link itself to ${target.node.address} at ${target.server.origin} until`;
    expect(said).toEqual([expect.stringContaining(words)]);
    await until(() => stateAt(member, target) === 'completed');
    await until(() => links.status().connected === 3);
    await until(() => member.lines.includes(`Linked to relay ${target.server.origin} over websocket.`));
    const practice = await keep(openPracticeAt(target));
    const patient = await keep(openPatientAt(member));
    await playCoreLoop(practice, patient, '00000000000000c3');
  });

  test('where nobody answers fails and is let go of; the next one is dialled all the same', async () => {
    const { target, member, links, data } = await setUp();
    const nobody = await assign(member.node.address, NOWHERE, '--relay', STRANGER, '--data', data);
    expect(nobody.status).toBe(0);
    await until(() => held(member).some(({ origin, state }) => origin === NOWHERE && state === 'failed'));
    await until(() => links.status().wanted === 2);
    expect(await assign(member.node.address, target.server.origin, '--data', data)).toMatchObject({ status: 0 });
    await until(() => stateAt(member, target) === 'completed');
  });

  test('that this one avoids is never dialled; "*" leaves it at the named and the assigned', async () => {
    const target = await start();
    const { other, member, links, data } = await setUp({ avoid: ['*', target.server.origin] });
    expect(await assign(member.node.address, target.server.origin, '--data', data)).toMatchObject({ status: 0 });
    const second = await start();
    other.link(second.server.origin);
    expect(await assign(member.node.address, second.server.origin, '--data', data)).toMatchObject({ status: 0 });
    await until(() => stateAt(member, second) === 'completed');
    expect([stateAt(member, target), target.server.links()]).toEqual(['pending', 0]);
    expect(links.status().wanted).toBe(3);
  });

  test('that is this very relay under another name fails at once', async () => {
    const { member, links, data } = await setUp();
    const own = member.server.origin;
    expect(await assign(member.node.address, own, '--relay', STRANGER, '--data', data)).toMatchObject({ status: 0 });
    await until(() => stateAt(member, member) === 'failed');
    await until(() => links.status().wanted === 2);
    expect(member.server.links()).toBe(0);
  });
});

test('a relay finds a second one by itself over the one that it names, unless it is told not to', async () => {
  const [hub, behind, seeker, modest] = [await start(), await start(), await start(), await start({ avoid: ['*'] })];
  hub.link(behind.server.origin);
  await until(() => behind.server.links() === 1);
  const links = [modest, seeker].map((relay) => relay.link(hub.server.origin));
  await until(() => links[1]?.status().connected === 2);
  await until(() => links[0]?.status().connected === 1);
  expect([...seeker.node.views.relays()].sort()).toEqual([behind.server.origin, hub.server.origin].sort());
  expect(links[0]?.status()).toEqual({ wanted: 1, connected: 1 });
});

describe('refused is', () => {
  test('what a relay says that is no operator there: it hears that nobody obeyed', async () => {
    const { hub, target, member } = await setUp();
    const stranger = await start();
    stranger.link(hub.server.origin);
    await until(() => stranger.node.views.mesh().routesTo(member.node.address) > 0);
    await until(() => member.node.views.identity(stranger.node.address) !== undefined);
    const data = await command(stranger, 100);
    const { status, complained } = await assign(member.node.address, target.server.origin, '--data', data);
    expect([status, complained.join()]).toEqual([1, expect.stringMatching(/^It has not said yet that it will:/)]);
    await until(() => (member.counters.get('refused blocked') ?? 0) > 0);
    expect(held(member)).toEqual([]);
  });

  test('what the relay itself does not issue, by its code', async () => {
    const relay = await start();
    const data = await command(relay);
    const now = Date.now();
    const good = { node: STRANGER, relay: relay.node.address, origin: NOWHERE, expires: (now + HOUR) as Millis };
    const ask = async (changed: object): Promise<unknown> => {
      const answer = await askControlSocket(data, { ...toAssignRequest(good), ...changed });
      return answer.ok ? answer.value : answer.code;
    };
    expect(await ask({ expires: now })).toEqual({ ok: false, code: 'expired' });
    expect(await ask({ expires: now + 8 * DAY })).toEqual({ ok: false, code: 'from-the-future' });
    expect(await ask({ origin: 'http://relay.example.org' })).toEqual({ ok: false, code: 'malformed' });
    expect(await ask({ node: relay.node.address, relay: STRANGER })).toEqual({ ok: false, code: 'wrong-state' });
    for (const changed of [{ command: 'stop' }, { node: 'here' }, { expires: 'now' }, { more: 1 }]) {
      expect(await ask(changed)).toEqual({ ok: false, code: 'unknown-command' });
    }
  });

  test('what is no command, before anybody is asked', async () => {
    const usage = /^terminfunk relay assign NODE ORIGIN/;
    const cases: [string[], RegExp][] = [
      [[], usage],
      [[STRANGER], usage],
      [[STRANGER, NOWHERE, 'now'], usage],
      [['here', NOWHERE], /^here is no address: one has 32 hex digits\.$/],
      [[STRANGER, 'http://relay.example.org'], /^http:\/\/relay\.example\.org: an origin such as/],
      [[STRANGER, 'https://relay.example.org/path'], /: an origin such as/],
      [[STRANGER, 'https://[::1]'], /: an origin such as/],
      [[STRANGER, NOWHERE, '--for', '0'], /^--for 0: a whole number of hours from 1 to 168$/],
      [[STRANGER, NOWHERE, '--for', '169'], /^--for 169: /],
      [[STRANGER, NOWHERE, '--for', 'ever'], /^--for ever: /],
      [[STRANGER, NOWHERE, '--relay', 'ab'], /^ab is no address/],
      [[STRANGER, NOWHERE, '--via', NOWHERE], /--via/],
    ];
    for (const [args, words] of cases) {
      const { status, complained } = await assign(...args);
      expect([status, complained.join()]).toEqual([2, expect.stringMatching(words)]);
    }
  });

  test('what cannot be asked: no relay at the origin, none on the folder, one that is told to link to itself', async () => {
    const relay = await start();
    const { origin } = relay.server;
    const [nowhere, nobody, itself] = [
      await assign(STRANGER, NOWHERE),
      await assign(STRANGER, origin, '--data', openFolder()),
      await assign(relay.node.address, origin),
    ];
    expect([nowhere, nobody, itself].map(({ status }) => status)).toEqual([1, 1, 1]);
    expect(nowhere.complained.join()).toMatch(/^http:\/\/127\.0\.0\.1:1 is not to be reached/);
    expect(nobody.complained.join()).toMatch(/^No relay runs on the data folder /);
    expect(itself.complained.join()).toBe(`${origin} is ${relay.node.address} itself: nothing to link.`);
    const data = await openControl(async () => ({ hello: 'world' }));
    const odd = await assign(STRANGER, origin, '--data', data);
    expect(odd.complained.join()).toBe('The relay answered something that this version does not understand.');
  });
});

describe('the socket', () => {
  const raw = (data: string, text: string): Promise<string> =>
    new Promise((done) => {
      let heard = '';
      const socket = connect(join(data, 'control/socket'), () => socket.write(text));
      socket.on('data', (chunk) => (heard += chunk.toString()));
      socket.on('error', () => undefined);
      socket.on('close', () => done(heard));
    });

  test('is its owner’s alone, takes the place of one that was left, and goes with the relay', async () => {
    const data = openFolder();
    const first = await openControlSocket(data, async () => ({ is: 1 }));
    expect(statSync(join(data, 'control')).mode & 0o777).toBe(0o700);
    expect(await askControlSocket(data, {})).toEqual({ ok: true, value: { is: 1 } });
    await first.close();
    expect(await askControlSocket(data, {})).toEqual({ ok: false, code: 'unreachable' });
    writeFileSync(join(data, 'control/socket'), 'left behind');
    await openControl(async () => ({ is: 2 }), data);
    expect(await askControlSocket(data, {})).toEqual({ ok: true, value: { is: 2 } });
  });

  test('hears one line of JSON, and nothing longer; an answer that fails is none', async () => {
    const heard: unknown[] = [];
    const data = await openControl(async (request) => {
      heard.push(request);
      if (request === 'fail') throw new Error('closed');
      return { heard: request };
    });
    expect(await raw(data, '{"a":1}\n{"b":2}\n')).toBe('{"heard":{"a":1}}\n');
    expect(await raw(data, 'no json\n')).toBe('{}\n');
    expect(await raw(data, '"fail"\n')).toBe('');
    expect(await raw(data, 'x'.repeat(5_000))).toBe('');
    expect(heard).toEqual([{ a: 1 }, undefined, 'fail']);
    expect(await askControlSocket(data, { long: 'x'.repeat(5_000) })).toEqual({ ok: false, code: 'malformed' });
  });

  test('is not opened where the path is too long', async () => {
    const data = join(openFolder(), 'x'.repeat(120));
    await expect(openControlSocket(data, async () => ({}))).rejects.toThrow(/is longer than 103 bytes$/);
    expect(await askControlSocket(data, {})).toEqual({ ok: false, code: 'unreachable' });
  });
});
