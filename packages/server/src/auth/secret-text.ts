import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 32 random bytes for a URL or header: too many to guess, so a plain SHA-256 protects the stored form. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url')
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Compares a secret with its stored SHA-256 in constant time. */
export function matchesHash(secret: string, storedHash: string): boolean {
  const given = Buffer.from(sha256(secret), 'hex')
  const stored = Buffer.from(storedHash, 'hex')
  return given.length === stored.length && timingSafeEqual(given, stored)
}
