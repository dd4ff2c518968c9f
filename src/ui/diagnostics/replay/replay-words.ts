import { counterWords } from '#ui/diagnostics/counter-words.ts';
import type { FrameGroup } from '#ui/diagnostics/replay/frame-group.ts';
import type { Happening } from '#ui/diagnostics/replay/happenings.ts';
import type { LineFault } from '#ui/diagnostics/replay/trace-line.ts';
import type { OpenerState } from '#ui/diagnostics/replay/trace-opener.svelte.ts';
import { m } from '#ui/paraglide/messages.js';
import { type UiLocale, wholeNumber } from '#ui/text/time.ts';

/** The words of the replay. */
export const groupWords = {
  records: m.replay_group_records,
  private: m.replay_group_private,
  routing: m.replay_group_routing,
  sync: m.replay_group_sync,
  control: m.replay_group_control,
  other: m.replay_group_other,
} as const satisfies Record<FrameGroup, () => string>;

export const faultWords = {
  'not-json': m.replay_fault_not_json,
  'not-an-event': m.replay_fault_not_an_event,
  'unknown-kind': m.replay_fault_unknown_kind,
  'too-long': m.replay_fault_too_long,
  backwards: m.replay_fault_backwards,
  'over-capacity': m.replay_fault_over_capacity,
} as const satisfies Record<LineFault, () => string>;

export const refusalWords = {
  empty: m.replay_refused_empty,
  'not-a-trace': m.replay_refused_not_a_trace,
  unreadable: m.replay_refused_unreadable,
  cancelled: m.replay_refused_unreadable,
  'no-example': m.replay_refused_example,
} as const satisfies Record<Extract<OpenerState, { kind: 'refused' }>['why'], () => string>;

/** A kind of frame in words where there are some, or as the program names it. */
export const kindWords = (name: string): string => counterWords(`frames ${name}`).words ?? name;

const MAX_NAMES = 3;

const namesWords = ({ names }: Happening, locale: UiLocale): string => {
  const words = names.slice(0, MAX_NAMES).map(([name, count]) => `${wholeNumber(count, locale)} × ${kindWords(name)}`);
  return [...words, ...(names.length > MAX_NAMES ? [m.replay_row_more()] : [])].join(', ');
};

const endsWords = ({ ends, total }: Happening): string => {
  const words = ends.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`));
  return [...words, ...(total > ends.length ? [m.replay_row_more()] : [])].join(', ');
};

/** One sentence for what happened. */
export const happeningWords = (happening: Happening, locale: UiLocale): string => {
  const said = { count: happening.total, number: wholeNumber(happening.total, locale) };
  switch (happening.kind) {
    case 'up':
      return m.replay_row_up({ ...said, ends: endsWords(happening) });
    case 'down':
      return m.replay_row_down({ ...said, ends: endsWords(happening) });
    case 'link':
      return m.replay_row_link({ ...said, ends: endsWords(happening) });
    case 'unlink': {
      const why = happening.names.map(([name]) => (name === 'lost' ? m.replay_row_unlink_lost() : name)).join(', ');
      return m.replay_row_unlink({ ...said, why, ends: endsWords(happening) });
    }
    case 'frame':
      return m.replay_row_frames({ ...said, kinds: namesWords(happening, locale) });
    case 'lost':
      return m.replay_row_lost({ ...said, kinds: namesWords(happening, locale) });
  }
};

/** `1,3 MB` */
export const fileSize = (bytes: number, locale: UiLocale): string =>
  new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: bytes < 1e6 ? 'kilobyte' : 'megabyte',
    maximumFractionDigits: 1,
  }).format(bytes / (bytes < 1e6 ? 1e3 : 1e6));
