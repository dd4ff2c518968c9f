import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type ConfigOverrides, parseConfig, type RelayConfig } from '#relay/config/config.ts';
import { withoutComments } from '#relay/config/jsonc.ts';

const FOLDERS = { file: '/etc/relay', working: '/home/relay', app: '/opt/relay/app' };
const parse = (text: string, overrides: ConfigOverrides = {}) => parseConfig(text, overrides, FOLDERS);
const read = (json: unknown = {}, overrides: ConfigOverrides = {}): RelayConfig => {
  const config = parse(JSON.stringify(json), overrides);
  return config.ok ? config.value : expect.fail(config.code.join('\n'));
};
const complaints = (json: unknown, overrides: ConfigOverrides = {}): readonly string[] => {
  const config = parse(JSON.stringify(json), overrides);
  return config.ok ? [] : config.code;
};

describe('a good file', () => {
  test('may be empty', () => {
    expect(read()).toMatchObject({
      host: '127.0.0.1',
      port: 8_080,
      data: '/home/relay/data',
      app: '/opt/relay/app',
      demo: false,
      webtransport: { enabled: true, host: '127.0.0.1', ports: [8_080, 8_081] },
      limits: { links: 1_000 },
    });
    expect(parse('  // nothing\n').ok).toBe(true);
  });

  test('the example names every default', () => {
    const example = parse(readFileSync('relay/config.example.jsonc', 'utf8'));
    expect(example).toEqual({ ok: true, value: { ...read(), data: '/etc/relay/data' } });
  });

  test('its paths begin at its folder, those of the command line at the working directory', () => {
    const tls = { certificate: 'cert.pem', key: '/keys/key.pem' };
    const config = read({ data: 'd', app: 'a', tls });
    expect([config.data, config.app, config.tls]).toEqual([
      '/etc/relay/d',
      '/etc/relay/a',
      { certificate: '/etc/relay/cert.pem', key: '/keys/key.pem' },
    ]);
    expect(read({ data: 'd' }, { data: 'mine' }).data).toBe('/home/relay/mine');
  });

  test('the command line wins', () => {
    const file = { host: '::', port: 1, demo: false, webtransport: { ports: [4_433, 4_434] } };
    const config = read(file, { host: '0.0.0.0', port: 9_000, demo: true, webtransport: false });
    expect(config).toMatchObject({ host: '0.0.0.0', port: 9_000, demo: true });
    expect(config.webtransport).toMatchObject({ enabled: false, ports: [4_433, 4_434] });
  });

  test('UDP follows TCP unless told otherwise', () => {
    expect(read({ port: 0 }).webtransport.ports).toEqual([]);
    expect(read({ port: 65_535 }).webtransport.ports).toEqual([65_535, 65_534]);
    expect(read({ host: '0.0.0.0' }).webtransport.host).toBe('0.0.0.0');
    expect(read({ host: 'localhost' }).webtransport.host).toBe('127.0.0.1');
  });

  test('other relays, of the file and of the command line, each once', () => {
    const relays = ['https://b.example.org', 'http://127.0.0.1:8081', 'http://[::1]:8082'];
    const added = ['https://b.example.org', 'http://localhost:9000'];
    expect(read({ relays }, { relays: added }).relays).toEqual([...relays, 'http://localhost:9000']);
    expect(read({}, { relays: added }).relays).toEqual(added);
    expect(read().relays).toEqual([]);
  });

  test('a place in the mesh, and who may assign', () => {
    const [parent, operator] = ['aB'.repeat(16), 'cD'.repeat(16)];
    const place = { strategy: 'hybrid', level: 'ROOT', role: 'LEADER', parents: [parent] };
    expect(read({ region: '04', priority: 255, place, operators: [operator] }).mesh).toEqual({
      region: 4,
      priority: 255,
      place: { ...place, parents: ['ab'.repeat(16)] },
      operators: ['cd'.repeat(16)],
    });
    expect(read({ place: { strategy: 'static', level: 'RELAY', role: 'MEMBER' } }).mesh.place).toEqual({
      strategy: 'static',
      level: 'RELAY',
      role: 'MEMBER',
      parents: [],
    });
    expect(read().mesh).toEqual({ priority: 0, place: { strategy: 'dynamic' }, operators: [] });
  });

  test('relays that are never dialled', () => {
    expect(read({ avoid: ['*', 'https://bad.example.org'] }).avoid).toEqual(['*', 'https://bad.example.org']);
    expect(read().avoid).toEqual([]);
  });

  test('registrars and what is kept', () => {
    const config = read({
      registrars: [{ publicKey: 'aB'.repeat(32), name: 'Kammer' }],
      store: { bundleMegabytes: 2 },
    });
    expect(config.registrars).toEqual([{ publicKey: Buffer.alloc(32, 0xab), name: 'Kammer', demo: false }]);
    expect(config.engineLimits).toMatchObject({ bundleBytes: 2_000_000, bundles: 200_000 });
  });
});

const MANY = Array.from({ length: 17 }, (_, n) => `https://r${n}.example.org`);

describe('a bad file is refused with the key and what may stand there', () => {
  test.each<[string, unknown, string]>([
    ['type', { port: '80' }, 'port: must be a whole number from 0 to 65535, but is "80".'],
    ['range', { port: 70_000 }, 'port: must be a whole number from 0 to 65535, but is 70000.'],
    ['fraction', { limits: { links: 1.5 } }, 'limits.links: must be a whole number from 1 to 100000, but is 1.5.'],
    ['boolean', { demo: 'yes' }, 'demo: must be true or false, but is "yes".'],
    ['origin', { publicOrigin: 'https://x.org/' }, 'publicOrigin: must be an origin such as'],
    ['list', { allowedOrigins: 'x' }, 'allowedOrigins: must be a list in which each'],
    ['entry', { allowedOrigins: ['x'] }, 'allowedOrigins.0: must be a list in which each'],
    ['proxy', { trustedProxies: ['10.0.0.0/99'] }, 'trustedProxies: must be a list of addresses or ranges'],
    ['one port', { webtransport: { ports: [1] } }, 'webtransport.ports: must be a list of at least two UDP ports'],
    ['same port', { webtransport: { ports: [1, 1] } }, 'webtransport.ports: must be a list of at least two UDP ports'],
    ['half of tls', { tls: { key: 'k' } }, 'tls.certificate: '],
    ['key', { registrars: [{ publicKey: 'ab', name: 'x' }] }, 'registrars.0.publicKey: must be a public key of 64 hex'],
    ['relays', { relays: 'https://b.org' }, 'relays: must be a list in which each'],
    ['relay', { relays: ['b.org'] }, 'relays.0: must be a list in which each'],
    ['http', { relays: ['http://b.org'] }, 'plain http leads to this machine only, but is "http://b.org".'],
    ['17 relays', { relays: MANY }, 'relays: must have at most 16 entries'],
    ['avoid', { avoid: ['bad.org'] }, 'or "*" for all but those of "relays" and of operators, but is "bad.org".'],
    [
      'region',
      { region: 4 },
      'region: must be the first two digits of a postal code, in quotes, such as "04", but is 4.',
    ],
    ['whole postal code', { region: '04109' }, 'region: must be the first two digits of a postal code'],
    ['priority', { priority: 256 }, 'priority: must be a whole number from 0 to 255, but is 256.'],
    ['place', { place: 'static' }, 'place: must be an object in { }, but is "static".'],
    [
      'strategy',
      { place: { strategy: 'fixed' } },
      'place.strategy: must be "dynamic", "static" or "hybrid", but is "fixed".',
    ],
    ['no strategy', { place: {} }, 'place.strategy: must be "dynamic", "static" or "hybrid", but is missing.'],
    [
      'level',
      { place: { strategy: 'static', level: 'relay', role: 'MEMBER' } },
      'place.level: must be one of "LEAF", "KIOSK", "RELAY", "ROOT", but is "relay".',
    ],
    [
      'role',
      { place: { strategy: 'hybrid', level: 'ROOT' } },
      'place.role: must be one of "MEMBER", "LEADER", "STANDALONE", "ELECTED", but is missing.',
    ],
    ['placed dynamically', { place: { strategy: 'dynamic', level: 'ROOT' } }, 'place.level: is not a key here'],
    [
      'parent',
      { place: { strategy: 'static', level: 'RELAY', role: 'MEMBER', parents: ['here'] } },
      'place.parents.0: must be a list of addresses of nodes, 32 hex digits each',
    ],
    [
      'operators',
      { operators: 'ab'.repeat(16) },
      'operators: must be a list of addresses of nodes, 32 hex digits each',
    ],
    [
      'operator',
      { operators: ['https://a.org'] },
      'operators.0: must be a list of addresses of nodes, 32 hex digits each',
    ],
    ['17 operators', { operators: MANY.map(() => 'ab'.repeat(16)) }, 'operators: must have at most 16 entries'],
    ['empty path', { data: '' }, 'data: must be the path of a folder, but is "".'],
  ])('%s', (_what, json, complaint) => {
    expect(complaints(json)).toHaveLength(1);
    expect(complaints(json)[0]).toContain(complaint);
  });

  test('a key that does not exist is named, and those that do', () => {
    expect(complaints({ prot: 80 })[0]).toMatch(/^prot: is not a key here; there are host, port, .*limits\.$/);
    expect(complaints({ limits: { link: 1 } })).toEqual([
      'limits.link: is not a key here; there are links, linksPerAddress, connectsPerMinute.',
    ]);
  });

  test('everything that is wrong is said at once', () => {
    expect(complaints({ port: 'x', demo: 1, limits: { links: 0 } })).toHaveLength(3);
  });

  test.each(['[]', '5', 'null'])('%s is not an object', (text) => {
    const config = parse(text);
    expect(config.ok ? [] : config.code).toHaveLength(1);
  });

  test('what is no JSON at all', () => {
    const config = parse('{ "port": }');
    expect(config.ok ? '' : config.code[0]).toMatch(/^The file is not JSON: /);
  });

  test('what the command line says wrongly', () => {
    expect(complaints({}, { port: Number.NaN })).toEqual(['--port: must be a whole number from 0 to 65535.']);
    expect(complaints({}, { host: '', data: '' })).toHaveLength(2);
    expect(complaints({}, { relays: ['b.org/', 'http://b.org', 'https://b.org/x'] })).toEqual([
      expect.stringMatching(/^--relay: must be an origin such as .* but is "b\.org\/"\.$/),
      expect.stringMatching(/plain http leads to this machine only, but is "http:\/\/b\.org"\.$/),
      expect.stringContaining('but is "https://b.org/x".'),
    ]);
    expect(complaints({ relays: MANY.slice(0, 16) }, { relays: MANY })).toEqual([
      '--relay: with those of the file there may be at most 16.',
    ]);
  });
});

test('comments go, strings stay, positions hold', () => {
  const text = '{ "a": "// no /* no */ \\" // no", // yes\n/* yes\n*/ "b": 1 } // end';
  expect(JSON.parse(withoutComments(text))).toEqual({ a: '// no /* no */ " // no', b: 1 });
  expect(withoutComments(text)).toHaveLength(text.length);
  expect(withoutComments('/* open').trim()).toBe('');
});
