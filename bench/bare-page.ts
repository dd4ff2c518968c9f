/** What any page of these bytes costs: one heading drawn by one script, and the rest as one style sheet. */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

export interface BareBytes {
  /** Bytes of script and of everything else, as they come over the wire. */
  readonly script: number;
  readonly rest: number;
}

/** Text that no compression would make smaller, served as it is. */
const filler = (bytes: number): string => randomBytes(Math.ceil((Math.max(bytes, 0) * 3) / 4)).toString('base64');

export const serveBarePage = async (bytes: BareBytes): Promise<{ origin: string; close(): Promise<void> }> => {
  const page =
    '<!doctype html><html lang="de"><title>-</title><link rel="stylesheet" href="/a.css"><body><script src="/a.js"></script>';
  const script = `document.body.append(Object.assign(document.createElement('h1'),{textContent:'Ein freier Termin'}));/*${filler(bytes.script)}*/`;
  const style = `h1{font-size:2rem}/*${filler(bytes.rest)}*/`;
  const answers = new Map([
    ['/', { type: 'text/html', body: page }],
    ['/a.js', { type: 'text/javascript', body: script }],
    ['/a.css', { type: 'text/css', body: style }],
  ]);
  const server = createServer(({ url }, response) => {
    const found = answers.get(url ?? '');
    response.writeHead(found === undefined ? 404 : 200, { 'Content-Type': found?.type ?? 'text/plain' });
    response.end(found?.body ?? '');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    origin: `http://127.0.0.1:${address.port}/`,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
};
