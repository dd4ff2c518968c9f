/**
 * The relay's configuration: one JSON file with comments (relay/config.example.jsonc), and a few options on the command
 * line that win over it. Every error names the key, says what was found and what may stand there.
 */
import { resolve } from 'node:path';
import * as v from 'valibot';
import { MAX_IMPRINT_LINE, MAX_IMPRINT_LINES } from '#core/domain/imprint.ts';
import type { PinnedRegistrar } from '#core/domain/trust.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { type EngineLimits, RELAY_LIMITS } from '#engine/config.ts';
import { toOrigin } from '#host/node/relay-list.ts';
import { flag, integer, section, text, unknownKey } from '#relay/config/entry.ts';
import { withoutComments } from '#relay/config/jsonc.ts';
import { MESH_ENTRIES, type MeshStanding, toMeshStanding } from '#relay/config/mesh-entries.ts';
import { createTrustedProxies } from '#relay/limits/remote-address.ts';

const isOrigin = (value: string): boolean => URL.canParse(value) && new URL(value).origin === value;
/** An origin that every node would dial: host/node/relay-list.ts says which. */
const isRelay = (value: string): boolean => isOrigin(value) && toOrigin(value) === value;
const origin = (must: string) => v.pipe(v.string(must), v.check(isOrigin, must));

const ORIGIN = 'must be an origin such as "https://relay.example.org", without a path or a slash at the end';
const RELAY = `${ORIGIN}; plain http leads to this machine only`;
const RELAYS = `must be a list in which each ${RELAY.slice('must '.length)}`;
const PORTS = 'must be a list of at least two UDP ports such as [4433, 4434], or [] for any free ones';
const PROXIES = 'must be a list of addresses or ranges such as ["127.0.0.1", "10.0.0.0/8"]';
const ALLOWED = `must be a list in which each ${ORIGIN.slice('must '.length)}, or "*" for every app`;

const AVOID = `must be a list in which each ${ORIGIN.slice('must '.length)}, or "*" for all but those of "relays" and of operators`;

const MEGABYTE = 1_000_000;
/** Other relays that one relay may dial. */
const MAX_RELAYS = 16;
const MAX_AVOIDED = 256;
const KEY = 'must be a public key of 64 hex digits, as the registrar command prints it';

const REGISTRAR = {
  publicKey: v.pipe(v.string(KEY), v.regex(/^[0-9a-fA-F]{64}$/, KEY)),
  name: v.pipe(text('must be the name that people see'), v.maxLength(100, 'must have at most 100 characters')),
};

const LINES = `must be a list of up to ${MAX_IMPRINT_LINES} lines`;
const line = (must: string) =>
  v.pipe(text(must), v.maxLength(MAX_IMPRINT_LINE, `must have at most ${MAX_IMPRINT_LINE} characters`));
const lines = v.pipe(v.array(line(LINES), LINES), v.maxLength(MAX_IMPRINT_LINES, LINES));
const IMPRINT = {
  name: line('must be the name of the person or body that runs this relay'),
  address: v.pipe(
    lines,
    v.minLength(1, 'must be the postal address, line by line, such as ["Weg 1", "80331 München"]'),
  ),
  email: line('must be an address for mail such as "post@example.org"'),
  phone: v.optional(line('must be a telephone number')),
  more: v.optional(lines, []),
};

const ENTRIES = {
  host: v.optional(text('must be an address to listen on such as "127.0.0.1", "0.0.0.0" or "::"'), '127.0.0.1'),
  port: v.optional(integer(0, 65_535), 8_080),
  publicOrigin: v.optional(origin(ORIGIN)),
  data: v.optional(text('must be the path of a folder'), 'data'),
  app: v.optional(text('must be the path of the folder with the built app')),
  demo: v.optional(flag, false),
  tls: v.optional(
    section({ certificate: text('must be the path of a PEM file'), key: text('must be the path of a PEM file') }),
  ),
  trustedProxies: v.optional(
    v.pipe(
      v.array(v.string(PROXIES), PROXIES),
      v.check((ranges) => createTrustedProxies(ranges) !== undefined, PROXIES),
    ),
    [],
  ),
  allowedOrigins: v.optional(
    v.array(
      v.pipe(
        v.string(ALLOWED),
        v.check((value) => value === '*' || isOrigin(value), ALLOWED),
      ),
      ALLOWED,
    ),
    [],
  ),
  webtransport: v.optional(
    section({
      enabled: v.optional(flag, true),
      host: v.optional(text('must be an address to listen on such as "0.0.0.0" or "::"')),
      publicHost: v.optional(text('must be the host name or address that clients reach over UDP')),
      ports: v.optional(
        v.pipe(
          v.array(integer(1, 65_535), PORTS),
          v.check((ports) => ports.length !== 1 && new Set(ports).size === ports.length, PORTS),
        ),
      ),
    }),
    {},
  ),
  websocket: v.optional(section({ enabled: v.optional(flag, true) }), {}),
  registrars: v.optional(
    v.pipe(
      v.array(section(REGISTRAR), 'must be a list of { "publicKey": "…", "name": "…" }'),
      v.maxLength(32, 'must have at most 32 entries'),
    ),
    [],
  ),
  relays: v.optional(
    v.pipe(
      v.array(v.pipe(v.string(RELAYS), v.check(isRelay, RELAYS)), RELAYS),
      v.maxLength(MAX_RELAYS, `must have at most ${MAX_RELAYS} entries`),
    ),
    [],
  ),
  avoid: v.optional(
    v.pipe(
      v.array(
        v.pipe(
          v.string(AVOID),
          v.check((value) => value === '*' || isRelay(value), AVOID),
        ),
        AVOID,
      ),
      v.maxLength(MAX_AVOIDED, `must have at most ${MAX_AVOIDED} entries`),
    ),
    [],
  ),
  ...MESH_ENTRIES,
  imprint: v.optional(section(IMPRINT)),
  metrics: v.optional(section({ public: v.optional(flag, false) }), {}),
  store: v.optional(
    section({
      announcements: v.optional(integer(100, 10_000_000), RELAY_LIMITS.announcements),
      identities: v.optional(integer(100, 10_000_000), RELAY_LIMITS.identities),
      bundles: v.optional(integer(100, 10_000_000), RELAY_LIMITS.bundles),
      bundleMegabytes: v.optional(integer(1, 100_000), RELAY_LIMITS.bundleBytes / MEGABYTE),
    }),
    {},
  ),
  limits: v.optional(
    section({
      links: v.optional(integer(1, 100_000), 1_000),
      linksPerAddress: v.optional(integer(1, 100_000), 64),
      connectsPerMinute: v.optional(integer(1, 100_000), 120),
    }),
    {},
  ),
};
const CONFIG = v.strictObject(ENTRIES, (issue) => unknownKey(issue, Object.keys(ENTRIES)));

type Parsed = v.InferOutput<typeof CONFIG>;

/** The configuration with every default filled in and every path absolute. */
export interface RelayConfig
  extends Omit<
    Parsed,
    'webtransport' | 'publicOrigin' | 'tls' | 'app' | 'registrars' | 'store' | keyof typeof MESH_ENTRIES
  > {
  readonly mesh: MeshStanding;
  readonly registrars: readonly PinnedRegistrar[];
  readonly engineLimits: Partial<EngineLimits>;
  readonly app: string;
  readonly publicOrigin: string | undefined;
  readonly tls: Parsed['tls'] | undefined;
  readonly webtransport: {
    readonly enabled: boolean;
    readonly host: string;
    readonly publicHost: string | undefined;
    readonly ports: readonly number[];
  };
}

/** What the command line may say instead of the file. */
export interface ConfigOverrides {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly data?: string | undefined;
  readonly demo?: boolean | undefined;
  readonly webtransport?: boolean | undefined;
  /** In addition to those of the file. */
  readonly relays?: readonly string[] | undefined;
}

export interface ConfigFolders {
  /** The configuration file's own folder, where relative paths in it begin. */
  readonly file: string;
  /** Where all other relative paths begin. */
  readonly working: string;
  /** The built app, unless the file names another; dist/app by default. */
  readonly app?: string;
}

/** Reads the file's text; an empty one gives the defaults. Refuses with one line for each thing that is wrong. */
export const parseConfig = (
  fileText: string,
  overrides: ConfigOverrides,
  folders: ConfigFolders,
): Result<RelayConfig, readonly string[]> => {
  const json = parseJson(fileText);
  if (!json.ok) return json;
  const parsed = v.safeParse(CONFIG, json.value);
  if (!parsed.success) return refuse(parsed.issues.map(describeIssue));
  const config = applyOverrides(parsed.output, overrides);
  const wrong = checkOverrides(overrides, config);
  if (wrong.length > 0) return refuse(wrong);
  const inFile = (path: string): string => resolve(folders.file, path);
  const namesData = v.is(v.object({ data: v.string() }), json.value) && overrides.data === undefined;
  const { registrars, store, region, priority, place, operators, ...plain } = config;
  return ok({
    ...plain,
    mesh: toMeshStanding({ region, priority, place, operators }),
    data: resolve(namesData ? folders.file : folders.working, config.data),
    app: config.app === undefined ? resolve(folders.working, folders.app ?? 'dist/app') : inFile(config.app),
    publicOrigin: config.publicOrigin,
    tls: config.tls && { certificate: inFile(config.tls.certificate), key: inFile(config.tls.key) },
    webtransport: completeWebTransport(config),
    registrars: registrars.map(({ publicKey, name }) => ({
      publicKey: Buffer.from(publicKey, 'hex'),
      name,
      demo: false,
    })),
    engineLimits: {
      announcements: store.announcements,
      identities: store.identities,
      bundles: store.bundles,
      bundleBytes: store.bundleMegabytes * MEGABYTE,
    },
  });
};

/** What the file's schema would say of the same values, in the words of the command line. */
const checkOverrides = ({ host, port, data, relays = [] }: ConfigOverrides, config: Parsed): string[] =>
  [
    port !== undefined && !v.is(ENTRIES.port, port) ? '--port: must be a whole number from 0 to 65535.' : '',
    host === '' ? '--host: must be an address to listen on such as 127.0.0.1 or 0.0.0.0.' : '',
    data === '' ? '--data: must be the path of a folder.' : '',
    ...relays.map((origin) => (isRelay(origin) ? '' : `--relay: ${RELAY}, but is ${shown(origin)}.`)),
    config.relays.length > MAX_RELAYS ? `--relay: with those of the file there may be at most ${MAX_RELAYS}.` : '',
  ].filter((line) => line !== '');

const parseJson = (fileText: string): Result<unknown, readonly string[]> => {
  const bare = withoutComments(fileText);
  if (bare.trim() === '') return ok({});
  try {
    const json: unknown = JSON.parse(bare);
    return Array.isArray(json) ? refuse(['The file must be an object in { }, but is a list.']) : ok(json);
  } catch (error) {
    return refuse([`The file is not JSON: ${error instanceof Error ? error.message : String(error)}`]);
  }
};

/** Characters of a wrong value that an error shows. */
const MAX_SHOWN = 80;
const shown = (value: unknown): string => (value === undefined ? 'missing' : JSON.stringify(value).slice(0, MAX_SHOWN));

const describeIssue = (issue: v.BaseIssue<unknown>): string => {
  const path = v.getDotPath(issue) ?? 'The file';
  const found = issue.expected === 'never' ? '' : `, but is ${shown(issue.input)}`;
  return `${path}: ${issue.message}${found}.`;
};

const applyOverrides = (config: Parsed, overrides: ConfigOverrides): Parsed => ({
  ...config,
  host: overrides.host ?? config.host,
  port: overrides.port ?? config.port,
  data: overrides.data ?? config.data,
  demo: overrides.demo ?? config.demo,
  relays: [...new Set([...config.relays, ...(overrides.relays ?? [])])],
  webtransport: {
    ...config.webtransport,
    enabled: overrides.webtransport ?? config.webtransport.enabled,
  },
});

/** Unless told otherwise, UDP is on the address and the number of the HTTP port and on the next one. */
const completeWebTransport = ({ webtransport, host, port }: Parsed): RelayConfig['webtransport'] => {
  const nearby = port === 0 ? [] : port < 65_535 ? [port, port + 1] : [port, port - 1];
  return {
    enabled: webtransport.enabled,
    host: webtransport.host ?? (host === 'localhost' ? '127.0.0.1' : host),
    publicHost: webtransport.publicHost,
    ports: webtransport.ports ?? nearby,
  };
};
