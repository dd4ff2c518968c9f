import { createMemoryDisk, createMemoryStore } from '#adapters/memory/memory-store.ts';
import { storeContract } from '#test/contracts/store.ts';

storeContract('memory', async () => {
  const disk = createMemoryDisk();
  return { open: async () => createMemoryStore(disk), remove: async () => undefined };
});
