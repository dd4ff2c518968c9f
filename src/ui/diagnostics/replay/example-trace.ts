import url from '#ui/diagnostics/replay/example-trace.jsonl.gz?url';

/** The recording that comes with the app, made by scripts/example-trace.mjs; fetched when somebody asks for it. */
export const fetchExample = async (signal: AbortSignal): Promise<Blob> => {
  const answer = await fetch(url, { signal });
  if (!answer.ok) throw new Error(`the example answered ${answer.status}`);
  return answer.blob();
};
