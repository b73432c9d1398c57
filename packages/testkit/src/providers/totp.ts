import { TOTP } from 'otpauth'

/** The code that a device with the secret shows at an instant. */
export function totpAt(secret: string, timestamp: number): string {
  return new TOTP({ secret }).generate({ timestamp })
}
