/** What shows that a visitor is there who touches nothing: a phone held before the camera. Not what a camera merely sees. */
const watchers = new Set<() => void>();

export const noteVisitor = (): void => {
  for (const watcher of watchers) watcher();
};

/** Returns how to end it. */
export const watchVisitor = (onSign: () => void): (() => void) => {
  watchers.add(onSign);
  return () => watchers.delete(onSign);
};
