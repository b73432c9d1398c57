import { RotaError, say } from '@rota/core'
import { recoveryCodes, secondFactor, secondFactorInput, secondFactorOffer, secondFactorProof } from '@rota/protocol'
import type { Proof } from '../auth/second-factors.ts'
import { type AnyRoute, type Call, defineRoute } from '../route.ts'
import { ownSession } from './auth.ts'

const URL = '/api/auth/second-factor'
const common = { tag: 'Sign-in', needs: 'authenticated', errors: [403] } as const

const read = defineRoute({
  ...common,
  method: 'GET',
  url: URL,
  summary: 'See whether the own account has a second factor',
  reply: secondFactor,
  handler: async ({ services, principal }) => ({
    enabled: (await services.users.account(principal.userId)).second_factor !== null,
    required: principal.mustEnrol,
    recovery_codes_left: await services.secondFactors.codesLeft(principal.userId),
  }),
})

const begin = defineRoute({
  ...common,
  method: 'POST',
  url: URL,
  summary: 'Get a secret for a second factor',
  description: 'Nothing changes before its first code is given back with `PUT`.',
  reply: secondFactorOffer,
  errors: [403, 409],
  handler: async ({ services, principal }) => services.secondFactors.offer(await ownAccount({ services, principal })),
})

const enable = defineRoute({
  ...common,
  method: 'PUT',
  url: URL,
  summary: 'Set up the second factor, with its first code and the password',
  body: secondFactorInput,
  bodySize: 'credential',
  reply: recoveryCodes,
  errors: [403, 409],
  handler: async (call) => {
    const { services, principal, body, request } = call
    const account = await ownAccount(call)
    const codes = await services.sessions.checkedByThrottle(principal.signInName, request.ip, async () => {
      await services.users.confirmPassword(principal.userId, body.password)
      return services.secondFactors.enable(account, body, call.caller)
    })
    return { recovery_codes: codes }
  },
})

const remove = defineRoute({
  ...common,
  method: 'POST',
  url: `${URL}/removal`,
  summary: 'Remove the own second factor',
  body: secondFactorProof,
  bodySize: 'credential',
  status: 204,
  reply: null,
  errors: [403, 409],
  handler: async (call) => {
    await call.services.secondFactors.disable(await confirm(call), call.caller)
  },
})

const renew = defineRoute({
  ...common,
  method: 'POST',
  url: `${URL}/recovery-codes`,
  summary: 'Get new recovery codes in the place of the earlier ones',
  body: secondFactorProof,
  bodySize: 'credential',
  reply: recoveryCodes,
  errors: [403, 409],
  handler: async (call) => {
    const account = await confirm(call)
    return { recovery_codes: await call.services.secondFactors.renewCodes(account, call.caller) }
  },
})

/** Throws `invalid`, and ThrottledError: whoever has taken over a session has not thereby taken over the account. */
async function confirm({ services, principal, body, request }: Call<unknown, Proof & { password: string }>) {
  const account = await ownAccount({ services, principal })
  if (account.second_factor === null) throw new RotaError('conflict', say`This account has no second factor.`)
  await services.sessions.checkedByThrottle(principal.signInName, request.ip, async () => {
    await services.users.confirmPassword(principal.userId, body.password)
    await services.secondFactors.confirm(account, body)
  })
  return account
}

/** Throws `forbidden` for an API token, `conflict` for an account that others vouch for. */
async function ownAccount({ services, principal }: Pick<Call<unknown, unknown>, 'services' | 'principal'>) {
  ownSession(principal)
  const account = await services.users.account(principal.userId)
  if (account.source === null) return account
  throw new RotaError(
    'conflict',
    say`This account signs in with ${account.source}, which asks for a second factor itself.`,
  )
}

export const secondFactorRoutes: AnyRoute[] = [read, begin, enable, remove, renew]
