import type { Millis, NodeAddress, OfferId } from '#core/brand.ts';
import type { SlotRef } from '#host/rpc/api.ts';

/**
 * Where the person is, told by the URL's fragment alone: nothing of a search, a slot or a request reaches a server. What
 * stands in the fragment is untrusted; whatever does not parse is `unknown`.
 */
export type PracticePage =
  | 'inbox'
  | 'slots'
  | 'offers'
  | 'profile'
  | 'credential'
  | 'statistics'
  | 'create'
  /** The words that were just shown are asked for: a step of its own, so that "back" shows them again. */
  | 'create-check'
  | 'restore';

export type Route =
  | { readonly name: 'search'; readonly query: string }
  | { readonly name: 'results'; readonly query: string }
  | { readonly name: 'slot'; readonly ref: SlotRef }
  | { readonly name: 'reserve'; readonly ref: SlotRef }
  /** A slot that somebody shared; the node judges what the text holds. */
  | { readonly name: 'shared'; readonly text: string }
  | { readonly name: 'request'; readonly id: string }
  | { readonly name: 'requests' }
  | { readonly name: 'alerts' }
  | { readonly name: 'data' }
  | { readonly name: 'about' }
  | { readonly name: 'imprint' }
  | { readonly name: 'privacy' }
  | { readonly name: 'reimbursement' }
  | { readonly name: 'practice'; readonly page: PracticePage }
  | { readonly name: 'offer'; readonly id: OfferId | undefined }
  | { readonly name: 'kiosk' }
  | { readonly name: 'kiosk-setup' }
  /** The answer to a request that was made at a kiosk; the code may be missing or wrong. */
  | { readonly name: 'collect'; readonly code: string }
  | { readonly name: 'connections' }
  | { readonly name: 'replay' }
  | { readonly name: 'pair'; readonly query: string }
  | { readonly name: 'unknown' };

const PRACTICE_PATHS = {
  inbox: 'praxis',
  slots: 'praxis/termine',
  offers: 'praxis/angebote',
  profile: 'praxis/profil',
  credential: 'praxis/nachweis',
  statistics: 'praxis/statistik',
  create: 'praxis/anlegen',
  'create-check': 'praxis/anlegen/pruefen',
  restore: 'praxis/wiederherstellen',
} as const satisfies Record<PracticePage, string>;

const FIXED: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['anfragen', { name: 'requests' }],
  ['gemerkt', { name: 'alerts' }],
  ['daten', { name: 'data' }],
  ['info', { name: 'about' }],
  ['impressum', { name: 'imprint' }],
  ['datenschutz', { name: 'privacy' }],
  ['kostenerstattung', { name: 'reimbursement' }],
  ['kiosk', { name: 'kiosk' }],
  ['kiosk/einrichten', { name: 'kiosk-setup' }],
  ['abholen', { name: 'collect', code: '' }],
  ['verbindungen', { name: 'connections' }],
  ['verbindungen/aufzeichnung', { name: 'replay' }],
  ['praxis/angebote/neu', { name: 'offer', id: undefined }],
  ...Object.entries(PRACTICE_PATHS).map(([page, path]): [string, Route] => [
    path,
    { name: 'practice', page: isPracticePage(page) ? page : 'inbox' },
  ]),
]);

function isPracticePage(page: string): page is PracticePage {
  return Object.hasOwn(PRACTICE_PATHS, page);
}

const UNKNOWN: Route = { name: 'unknown' };
const SHARED = 'geteilt/';
const COLLECT = 'abholen/';
const MAX_CODE = 40;

/** 32 hex digits, an offer's number, milliseconds: or undefined. */
export const parseRef = (practice = '', offer = '', start = ''): SlotRef | undefined =>
  /^[0-9a-f]{32}$/.test(practice) && /^(?:[0-9]|1[0-5])$/.test(offer) && /^[1-9][0-9]{11,12}$/.test(start)
    ? { practice: practice as NodeAddress, offer: Number(offer) as OfferId, start: Number(start) as Millis }
    : undefined;

export const parseRoute = (hash: string): Route => {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?', 2);
  if (path === '') return { name: 'search', query };
  if (path === 'termine') return { name: 'results', query };
  if (path === 'verbinden') return { name: 'pair', query };
  if (path.startsWith(COLLECT)) return { name: 'collect', code: path.slice(COLLECT.length).slice(0, MAX_CODE) };
  if (path.startsWith(SHARED)) return { name: 'shared', text: path.slice(SHARED.length) };
  const fixed = FIXED.get(path);
  if (fixed !== undefined) return fixed;
  const [head, a, b, c, tail, ...rest] = path.split('/');
  if (rest.length > 0) return UNKNOWN;
  if (head === 'termin') {
    const ref = parseRef(a, b, c);
    if (ref === undefined) return UNKNOWN;
    if (tail === undefined) return { name: 'slot', ref };
    return tail === 'anfragen' ? { name: 'reserve', ref } : UNKNOWN;
  }
  if (head === 'anfrage' && b === undefined && /^[\w-]{8,64}$/.test(a ?? '')) return { name: 'request', id: a ?? '' };
  if (head === 'praxis' && a === 'angebote' && c === undefined && /^(?:[0-9]|1[0-5])$/.test(b ?? '')) {
    return { name: 'offer', id: Number(b) as OfferId };
  }
  return UNKNOWN;
};

const refPath = (ref: SlotRef): string => `#/termin/${ref.practice}/${ref.offer}/${ref.start}`;
const withQuery = (path: string, query: string): string => (query === '' ? path : `${path}?${query}`);

/** The links of the app, as `href` values. */
export const href = {
  search: (query = '') => withQuery('#/', query),
  results: (query: string) => withQuery('#/termine', query),
  slot: (ref: SlotRef) => refPath(ref),
  reserve: (ref: SlotRef) => `${refPath(ref)}/anfragen`,
  shared: (text: string) => `#/${SHARED}${text}`,
  request: (id: string) => `#/anfrage/${id}`,
  requests: () => '#/anfragen',
  alerts: () => '#/gemerkt',
  data: () => '#/daten',
  about: () => '#/info',
  imprint: () => '#/impressum',
  privacy: () => '#/datenschutz',
  reimbursement: () => '#/kostenerstattung',
  practice: (page: PracticePage = 'inbox') => `#/${PRACTICE_PATHS[page]}`,
  offer: (id: OfferId | undefined) => `#/praxis/angebote/${id ?? 'neu'}`,
  kiosk: () => '#/kiosk',
  kioskSetup: () => '#/kiosk/einrichten',
  collect: (code = '') => (code === '' ? '#/abholen' : `#/${COLLECT}${code}`),
  connections: () => '#/verbindungen',
  replay: () => '#/verbindungen/aufzeichnung',
  pair: (query: string) => withQuery('#/verbinden', query),
} as const;

export const sameRef = (a: SlotRef, b: SlotRef): boolean =>
  a.practice === b.practice && a.offer === b.offer && a.start === b.start;
