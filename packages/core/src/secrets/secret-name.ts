const PARTS = [
  'password',
  'passwort',
  'passwd',
  'passphrase',
  'passcode',
  'secret',
  'token',
  'credential',
  'apikey',
  'privatekey',
  'accesskey',
  'signingkey',
  'encryptionkey',
  'authorization',
  'cookie',
]
const WHOLE = new Set(['auth', 'pass', 'pwd', 'pw', 'otp', 'dsn', 'signature', 'sig', 'jwt', 'bearer'])

/** Whether a field of this name holds a password, a token or their like: `db_password`, `apiKey`, `X-Auth-Token`. */
export function isSecretName(name: string): boolean {
  const letters = name.toLowerCase().replaceAll(/[-_. ]/g, '')
  return WHOLE.has(letters) || PARTS.some((part) => letters.includes(part))
}
