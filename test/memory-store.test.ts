import { storeContract } from '#test/contracts/store.ts';
import { createMemoryDisk, createMemoryStore } from '#test/memory-store.ts';

storeContract('memory', async () => {
  const disk = createMemoryDisk();
  return { open: async () => createMemoryStore(disk), remove: async () => undefined };
});
