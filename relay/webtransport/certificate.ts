/**
 * The certificates of the WebTransport listener: made by the relay itself and known to browsers by their hash, which the
 * discovery document gives. Browsers accept this for ECDSA P-256 and at most 14 days (W3C WebTransport, section 6.8).
 */
import 'reflect-metadata';
import { createHash, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { DAY } from '#core/domain/limits.ts';

export const CERTIFICATE_LIFE_MS = 13 * DAY;
/** Renewed with days to spare, in case the next port is still taken. */
export const RENEW_AFTER_MS = 9 * DAY;
/** Clients whose clock is behind still find it valid. */
const BACKDATED_MS = DAY / 24;

export interface Certificate {
  readonly certificatePem: Buffer;
  readonly keyPem: Buffer;
  /** SHA-256 of the DER. */
  readonly hash: Buffer;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A new key and certificate, valid from an hour before `now` for thirteen days in all. */
export const createCertificate = async (now: number): Promise<Certificate> => {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const notBefore = now - BACKDATED_MS;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: createHash('sha256')
        .update(webcrypto.getRandomValues(new Uint8Array(16)))
        .digest('hex')
        .slice(0, 30),
      name: 'CN=terminfunk',
      notBefore: new Date(notBefore),
      notAfter: new Date(notBefore + CERTIFICATE_LIFE_MS),
      signingAlgorithm: ALGORITHM,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension([
          { type: 'dns', value: 'localhost' },
          { type: 'ip', value: '127.0.0.1' },
        ]),
      ],
    },
    webcrypto,
  );
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  return {
    certificatePem: Buffer.from(certificate.toString('pem')),
    keyPem: Buffer.from(x509.PemConverter.encode(pkcs8, 'PRIVATE KEY')),
    hash: createHash('sha256').update(Buffer.from(certificate.rawData)).digest(),
  };
};
