import { parseArgs } from 'node:util';
import { createSystemRng } from '#adapters/system/rng.ts';
import { createWebCrypto } from '#adapters/webcrypto/web-crypto.ts';
import type { KeyName, Millis } from '#core/brand.ts';
import { decodeBase64Url, encodeBase64Url } from '#core/bytes/base64url.ts';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { BERUFE, VERFAHREN, ZULASSUNGEN } from '#core/domain/values.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import { MAX_STATUS_INDEX } from '#core/wire/credential.ts';
import { openFileKeyStore } from '#relay/crypto/file-key-store.ts';
import { createSocketDialer } from '#relay/dial/socket-dialer.ts';
import { publishRecord } from '#relay/registrar/publish-record.ts';
import { type Claim, createRegistrar, type Registrar } from '#relay/registrar/registrar.ts';

/** `registrar …` on the command line: takes the role, issues credentials, revokes them. Returns the exit code. */
export interface Console {
  readonly say: (text: string) => void;
  readonly complain: (text: string) => void;
}

const USAGE = `terminfunk relay registrar create --key FILE --name NAME [--demo]
terminfunk relay registrar issue  --key FILE --name NAME --therapist KEY --holder NAME --beruf ${BERUFE.join('|')}
                                  --verfahren VT,TP --zulassung KV|PRIVAT --approbation NUMBER --until 2028-06-30 --index N
terminfunk relay registrar revoke --key FILE --name NAME --index N [--index M …] [--relay ORIGIN …]`;

const KEY = 'registrar' as KeyName;

const openRegistrar = async (file: string, name: string, demo: boolean): Promise<Registrar> => {
  const random = createSystemRng();
  const keys = await openFileKeyStore(file);
  const kept = await keys.add('registrar seed', { kind: 'secret', secret: random.bytes(32) });
  if (kept.kind !== 'secret') throw new Error('the file holds no registrar');
  const crypto = createWebCrypto({ subtle: globalThis.crypto.subtle, keys, random });
  const publicKey = await crypto.importIdentity(KEY, kept.secret);
  return createRegistrar(crypto, KEY, { publicKey, name, demo });
};

/** A public key may begin with a dash, one in 64 does: it is a value, whatever it looks like. */
const bindKeys = (args: readonly string[]): string[] =>
  args.flatMap((arg, at) => {
    if (args[at - 1] === '--therapist') return [];
    const next = args[at + 1];
    return arg === '--therapist' && next !== undefined ? [`${arg}=${next}`] : [arg];
  });

const readOptions = (args: readonly string[]) =>
  parseArgs({
    args: bindKeys(args),
    options: {
      key: { type: 'string' },
      name: { type: 'string' },
      demo: { type: 'boolean' },
      therapist: { type: 'string' },
      holder: { type: 'string' },
      beruf: { type: 'string' },
      verfahren: { type: 'string' },
      zulassung: { type: 'string' },
      approbation: { type: 'string' },
      until: { type: 'string' },
      index: { type: 'string', multiple: true },
      relay: { type: 'string', multiple: true },
    },
  }).values;

type Options = ReturnType<typeof readOptions>;

/** The claim, or the option that is missing or wrong. */
const readClaim = (options: Options): Claim | string => {
  const typed = options.therapist ?? '';
  const therapistKey = typed.length === 64 ? fromHex(typed) : decodeBase64Url(typed);
  const beruf = BERUFE.find((one) => one === options.beruf);
  const zulassung = ZULASSUNGEN.find((one) => one === options.zulassung);
  const verfahren = VERFAHREN.filter((one) => (options.verfahren ?? '').split(',').includes(one));
  const until = Date.parse(`${options.until ?? ''}T21:59:00Z`);
  const statusIndex = Number(options.index?.[0]);
  if (therapistKey?.length !== 32)
    return '--therapist: the public key as the app shows it, 43 letters and digits, or 64 hex digits';
  if (options.holder === undefined) return '--holder: the name of the therapist';
  if (beruf === undefined) return `--beruf: one of ${BERUFE.join(', ')}`;
  if (verfahren.length === 0) return `--verfahren: a list of ${VERFAHREN.join(', ')}`;
  if (zulassung === undefined) return `--zulassung: one of ${ZULASSUNGEN.join(', ')}`;
  if (options.approbation === undefined) return '--approbation: the number of the Approbation';
  if (Number.isNaN(until)) return '--until: a date such as 2028-06-30';
  if (!Number.isInteger(statusIndex) || statusIndex < 0) return '--index: a number that no other credential has';
  const validUntil = toWireMinute(until as Millis);
  return {
    therapistKey,
    name: options.holder,
    beruf,
    verfahren,
    zulassung,
    approbation: options.approbation,
    validUntil,
    statusIndex,
  };
};

const issue = async (registrar: Registrar, options: Options, { say, complain }: Console): Promise<number> => {
  const claim = readClaim(options);
  if (typeof claim === 'string') {
    complain(claim);
    return 2;
  }
  const issued = await registrar.issue(claim);
  if (!issued.ok) {
    complain(`refused: ${issued.code}`);
    return 1;
  }
  say(encodeBase64Url(issued.value.credential));
  complain(`The salt of the Approbation, for the therapist to keep: ${toHex(issued.value.salt)}`);
  return 0;
};

/** The list names every credential that is taken back, each time anew: a newer list replaces the older. */
const revoke = async (registrar: Registrar, options: Options, { say, complain }: Console): Promise<number> => {
  const indices = (options.index ?? []).map(Number);
  if (indices.some((index) => !Number.isInteger(index) || index < 0 || index > MAX_STATUS_INDEX)) {
    complain(`--index: numbers from 0 to ${MAX_STATUS_INDEX}`);
    return 2;
  }
  const list = await registrar.revoke(indices, toWireMinute(Date.now() as Millis));
  say(encodeBase64Url(list));
  let failed = 0;
  for (const origin of options.relay ?? []) {
    const published = await publishRecord(createSocketDialer(), origin, list);
    complain(published.ok ? `${origin} keeps it and hands it on.` : `${origin} did not take it: ${published.code}`);
    if (!published.ok) failed++;
  }
  return failed === 0 ? 0 : 1;
};

export const runRegistrarCommand = async (args: readonly string[], output: Console): Promise<number> => {
  const [command = '', ...rest] = args;
  const options = readOptions(rest);
  if (options.key === undefined || options.name === undefined || !['create', 'issue', 'revoke'].includes(command)) {
    output.complain(USAGE);
    return 2;
  }
  const registrar = await openRegistrar(options.key, options.name, options.demo ?? false);
  if (command === 'issue') return issue(registrar, options, output);
  if (command === 'revoke') {
    return revoke(registrar, options, output);
  }
  const { name, publicKey, demo } = registrar.pinned;
  output.say(JSON.stringify({ name, publicKey: toHex(publicKey), demo }));
  output.complain(`Add this to "registrars" in the relay's configuration. The key stays in ${options.key}; guard it.`);
  return 0;
};
