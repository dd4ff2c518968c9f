import { parseVersion, VERSION_PATH } from '#core/domain/version.ts';

/** The hash of the app, as the relay that served it says; undefined without a network, or where it says none. */
export const servedHash = async (): Promise<string | undefined> => {
  try {
    const answer = await fetch(VERSION_PATH);
    return answer.ok ? parseVersion(await answer.json()) : undefined;
  } catch {
    return undefined;
  }
};
