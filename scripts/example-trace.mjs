// Makes the trace that the diagnostics offer as an example, src/ui/diagnostics/replay/example-trace.jsonl.gz:
// `node scripts/example-trace.mjs`. The seed is fixed, so the same sources give the same trace.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { withBuilt } from './load-built.mjs';
import { ROOT } from './source-hash.mjs';

const SEED = 1;
const TARGET = join(ROOT, 'src/ui/diagnostics/replay/example-trace.jsonl.gz');

await withBuilt('sim/example-trace', async (sim) => {
  const text = await sim.playExample(SEED);
  const bytes = gzipSync(text, { level: 9 });
  writeFileSync(TARGET, bytes);
  console.log(`${text.split('\n').length - 1} events, ${bytes.length} bytes`);
});
