import type { Millis } from '#core/brand.ts';
import type { Diagnostics, NodeStatus, RequestPhase, RequestView } from '#host/rpc/api.ts';
import { m } from '#ui/paraglide/messages.js';

/**
 * What a person may send to whoever helps them: how the app is, nothing of who they are. Only numbers, kinds and states that
 * the program itself names go in; whatever somebody typed, was called or was reached at has no way into it.
 */
export interface ReportParts {
  readonly status: Pick<
    NodeStatus,
    'role' | 'relays' | 'isIsland' | 'slots' | 'queued' | 'clockSkew' | 'storage' | 'demo'
  >;
  readonly diagnostics: Diagnostics;
  readonly requests: readonly Pick<RequestView, 'phase' | 'times'>[];
  readonly inboxSize: number;
  readonly appHash: string | undefined;
  readonly userAgent: string;
  readonly installed: boolean;
  readonly persisted: boolean | undefined;
}

const MINUTE_MS = 60_000;
/** Durations in steps of five minutes: enough to see what hangs, too coarse to find a person by. */
const STEP_MINUTES = 5;
const SKEW_STEP_MS = 10_000;
const MAX_LINES = 80;

/** The family and its version; the rest of the text is a fingerprint. */
export const browserFamily = (userAgent: string): string => {
  const found = /(Edg|OPR|Firefox|FxiOS|CriOS|Chrome|Version)\/(\d{1,4})/.exec(
    userAgent.replace(/Chrome(?=.*(Edg|OPR)\/)/, ''),
  );
  const [, name = '', version = ''] = found ?? [];
  const family =
    { Edg: 'Edge', OPR: 'Opera', FxiOS: 'Firefox iOS', CriOS: 'Chrome iOS', Version: 'Safari' }[name] ?? name;
  const place = /Android/.test(userAgent) ? ' (Android)' : /iPhone|iPad/.test(userAgent) ? ' (iOS)' : '';
  return family === '' ? '?' : `${family} ${version}${place}`;
};

/** Names that the program gives: letters, spaces, hyphens. An id, an address or a number is none. */
const isPlainName = (name: string): boolean => /^[a-z][a-z -]{0,59}$/i.test(name);

const counted = (names: readonly string[]): string[] => {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => `${name}: ${count}`);
};

const ORDER: readonly RequestPhase[] = [
  'queued',
  'sent',
  'custody',
  'delivered',
  'confirmed',
  'rejected',
  'cancelled',
  'expired',
  'refused',
];

const after = (from: Millis, to: Millis): string =>
  `${Math.max(0, Math.round((to - from) / MINUTE_MS / STEP_MINUTES) * STEP_MINUTES)} min`;

const journey = ({ times, phase }: ReportParts['requests'][number]): string => {
  const begun = times.queued;
  const steps = ORDER.flatMap((step) => {
    const at = times[step];
    return at === undefined ? [] : [begun === undefined || step === 'queued' ? step : `${step} +${after(begun, at)}`];
  });
  return steps.length === 0 ? phase : steps.join(' > ');
};

const section = (title: string, lines: readonly string[]): string[] => [
  '',
  `## ${title}`,
  ...(lines.length === 0 ? ['-'] : lines.slice(0, MAX_LINES)),
];

const yesNo = (value: boolean | undefined): string => (value === undefined ? '?' : value ? 'yes' : 'no');

export const createReport = (parts: ReportParts): string => {
  const { status, diagnostics } = parts;
  const counters = Object.entries(diagnostics.counters).filter(([name, count]) => count > 0 && isPlainName(name));
  const of = (refused: boolean) =>
    counters.filter(([name]) => name.startsWith('refused ') === refused).map(([name, count]) => `${name}: ${count}`);
  const skew = status.clockSkew === undefined ? '?' : `${Math.round(status.clockSkew / SKEW_STEP_MS) * 10} s`;
  const build = /^[0-9a-f]{16}$/.test(diagnostics.build) ? diagnostics.build : '?';
  return [
    `# ${m.report_title()}`,
    m.report_promise(),
    ...section(m.report_program(), [
      `build: ${build}`,
      `app: ${parts.appHash ?? '?'}`,
      `browser: ${browserFamily(parts.userAgent)}`,
      `installed: ${yesNo(parts.installed)}`,
      `storage: ${status.storage}, persistent: ${yesNo(parts.persisted)}`,
      `role: ${status.role}, island: ${yesNo(status.isIsland)}, demo: ${yesNo(status.demo)}, clock: ${skew}`,
    ]),
    ...section(m.report_links(), counted(status.relays.map(({ state, transport }) => `${transport ?? '-'} ${state}`))),
    ...section(m.report_stores(), [
      `announcements: ${status.slots}`,
      `requests: ${parts.requests.length}`,
      `inbox: ${parts.inboxSize}`,
    ]),
    ...section(
      m.report_queue(),
      counted(
        diagnostics.outbox
          .filter(({ kind, phase }) => isPlainName(kind) && isPlainName(phase))
          .map(({ kind, phase }) => `${kind} ${phase}`),
      ),
    ),
    ...section(m.report_deliveries(), parts.requests.map(journey).sort()),
    ...section(m.report_refusals(), of(true)),
    ...section(m.report_counters(), of(false)),
    '',
  ].join('\n');
};
