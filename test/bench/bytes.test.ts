/** The sizes that a radio frame and a data volume are planned with. */
import { expect, test } from 'vitest';
import { BYTE_TABLE, type BytesResult, measureBytes } from '../../bench/bytes.ts';

test('no message is larger than the table says', async () => {
  const measured = await measureBytes();
  expect(Object.keys(measured).sort()).toEqual(Object.keys(BYTE_TABLE).sort());
  for (const [name, most] of Object.entries(BYTE_TABLE) as [keyof BytesResult, number][]) {
    expect(measured[name], name).toBeLessThanOrEqual(most);
    expect(measured[name], name).toBeGreaterThan(0);
  }
});
