/** The headers of every answer of the relay's HTTP server (docs/operators.md, "What browsers are told"). */
import type { OutgoingHttpHeaders } from 'node:http';

/** Links to other relays and to ones on this machine are allowed; nothing inline, no eval, nothing from elsewhere. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self' https: wss: http://localhost:* http://127.0.0.1:* ws://localhost:* ws://127.0.0.1:*",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What the app uses, for itself only; everything else a browser may offer is off. */
const PERMISSIONS_POLICY = [
  'accelerometer=()',
  'autoplay=()',
  'browsing-topics=()',
  'camera=(self)',
  'display-capture=()',
  'encrypted-media=()',
  'geolocation=()',
  'gyroscope=()',
  'magnetometer=()',
  'microphone=(self)',
  'midi=()',
  'payment=()',
  'serial=(self)',
  'usb=()',
  'xr-spatial-tracking=()',
].join(', ');

const HEADERS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': PERMISSIONS_POLICY,
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const satisfies OutgoingHttpHeaders;

/** For answers over TLS: come back over TLS only. Not said over plain HTTP, where it means nothing. */
const TLS_HEADERS = { ...HEADERS, 'Strict-Transport-Security': 'max-age=31536000' } as const;

export const securityHeaders = (overTls: boolean): OutgoingHttpHeaders => (overTls ? TLS_HEADERS : HEADERS);
