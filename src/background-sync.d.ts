/** Background Sync is not in TypeScript's library: https://wicg.github.io/background-sync/spec/. */
interface SyncManager {
  register(tag: string): Promise<void>;
}
interface ServiceWorkerRegistration {
  readonly sync: SyncManager;
}
