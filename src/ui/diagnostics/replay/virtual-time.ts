import type { UiLocale } from '#ui/text/time.ts';

/** Virtual time as people read a clock: `1:02,4` or `1:00:02,4`, from the beginning of the run. */
export const virtualTime = (ms: number, locale: UiLocale): string => {
  const tenths = Math.floor(Math.max(0, ms) / 100);
  const hours = Math.floor(tenths / 36_000);
  const minutes = Math.floor(tenths / 600) % 60;
  const seconds = String(Math.floor(tenths / 10) % 60).padStart(2, '0');
  const head = hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}` : `${minutes}`;
  return `${head}:${seconds}${locale === 'de' ? ',' : '.'}${tenths % 10}`;
};
