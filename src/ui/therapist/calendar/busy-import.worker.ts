import type { Millis } from '#core/brand.ts';
import { readBusy } from '#ui/therapist/calendar/read-busy.ts';

/** Reads one calendar file off the page's thread, then is thrown away. */
addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (typeof data !== 'object' || data === null || !('file' in data) || !('now' in data)) return;
  const { file, now } = data;
  if (!(file instanceof Blob) || typeof now !== 'number') return;
  file.text().then(
    (text) => postMessage(readBusy(text, now as Millis)),
    () => postMessage({ ok: false, code: 'malformed' }),
  );
});
