import { expect } from 'vitest';

// Before the interface's tests in Node: all texts are there, in German, whatever the machine speaks.
if (expect.getState().testPath?.includes('/test/ui/')) {
  const { parts } = await import('#ui/paraglide/parts.js');
  const { followLocale, withTexts } = await import('#ui/text/spoken-texts.ts');
  followLocale(() => 'de');
  const isPart = (name: string): name is keyof typeof parts => name in parts;
  for (const part of Object.keys(parts).filter(isPart)) await withTexts(part, Promise.resolve());
}
