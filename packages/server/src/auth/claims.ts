import { RotaError, say } from '@rota/core'

type Claims = Readonly<Record<string, unknown>>

/**
 * The groups that any of these sets of claims names; null when none says anything about groups, which is not the same as
 * none at all. Throws `unauthenticated` for a claim that holds anything but names.
 */
export function groupsIn(sets: readonly Claims[], claim: string): string[] | null {
  const found = sets.map((claims) => claimIn(claims, claim)).filter((value) => value !== undefined && value !== null)
  if (found.length === 0) return null
  return [...new Set(found.flatMap((value) => namesIn(value, claim)))]
}

/** The first that is a text; null for none. */
export function textIn(sets: readonly Claims[], claim: string): string | null {
  const found = sets.map((claims) => claimIn(claims, claim)).find((value) => typeof value === 'string' && value !== '')
  return (found as string | undefined) ?? null
}

function namesIn(value: unknown, claim: string): string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value) && value.every((name) => typeof name === 'string')) return value
  throw new RotaError('unauthenticated', say`The claim ${claim} of the provider is no list of names; correct it there.`)
}

/** The claim of that very name, or, with dots in it, what lies that deep: `realm_access.roles`. */
function claimIn(claims: Claims, claim: string): unknown {
  if (Object.hasOwn(claims, claim)) return claims[claim]
  let inner: unknown = claims
  for (const key of claim.split('.')) {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, key)) return undefined
    inner = (inner as Claims)[key]
  }
  return inner
}
