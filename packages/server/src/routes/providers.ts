import { drafted, RotaError, SYSTEM, say } from '@rota/core'
import { logoutTokenInput, signInReturn, signInStart, signInWays } from '@rota/protocol'
import { flowCookie } from '../flow-cookie.ts'
import { sendFlowCookie } from '../http/cookies.ts'
import { type AnyRoute, type Call, defineRoute } from '../route.ts'
import { endPresent, openBrowserSession } from './auth.ts'

type AnyCall = Call<unknown, unknown>

const common = { tag: 'Sign-in', needs: 'public' } as const

const ways = defineRoute({
  ...common,
  method: 'GET',
  url: '/api/auth/ways',
  summary: 'How one can sign in here',
  reply: signInWays,
  handler: ({ services, request, reply }) => {
    const { local_sign_in: local, ldap } = services.config.auth
    const problem = services.providers.problemIn(keptBy(request))
    if (problem !== null) sendFlowCookie(request, reply, null)
    return { providers: services.providers.list(), local, directory: ldap.url !== null, problem }
  },
})

const start = defineRoute({
  ...common,
  method: 'GET',
  url: '/api/auth/oidc/:provider/start',
  summary: 'Sign in with a provider',
  description: 'Sends the browser there, which comes back to `…/callback`: the address to register at the provider.',
  query: signInStart,
  status: 302,
  reply: null,
  errors: [404],
  handler: async (call) => {
    const { services, params, query, request, reply } = call
    await orBackToThePage(call, async () => {
      const from = { origin: `${request.protocol}://${request.host}`, to: query.to }
      const { url, cookie } = await services.providers.begin(params.provider!, from)
      sendFlowCookie(request, reply, cookie)
      return url
    })
  },
})

const callback = defineRoute({
  ...common,
  method: 'GET',
  url: '/api/auth/oidc/:provider/callback',
  summary: 'Come back from a provider',
  query: signInReturn,
  status: 302,
  reply: null,
  errors: [404],
  handler: async (call) => {
    const { services, params, request, reply } = call
    await orBackToThePage(call, async () => {
      const at = request.url.indexOf('?')
      const search = at < 0 ? '' : request.url.slice(at)
      const from = { address: request.ip, requestId: request.id }
      const kept = { cookie: keptBy(request), search }
      const { user, providerSession, to } = await services.providers.finish(params.provider!, kept, from)
      const account = await services.sessions.admit(user, { method: user.source!, ...from })
      sendFlowCookie(request, reply, null)
      await endPresent(call)
      await openBrowserSession(call, account, providerSession)
      return to
    })
  },
})

const logout = defineRoute({
  ...common,
  method: 'POST',
  url: '/api/auth/oidc/:provider/logout',
  summary: 'Learn from a provider that a session there is over',
  description: 'OpenID Connect Back-Channel Logout 1.0; the address to register at the provider.',
  body: logoutTokenInput,
  takesForm: true,
  reply: null,
  errors: [404],
  handler: async ({ services, params, body, reply, request }) => {
    reply.header('Cache-Control', 'no-store')
    const { providers, engine, clock } = services
    const { user, sessions } = await providers.logout(params.provider!, body.logout_token).catch((error) => {
      request.log.warn({ provider: params.provider, reason: (error as Error).message }, 'a logout token was refused')
      throw error
    })
    const from = { name: `oidc:${params.provider}`, address: request.ip, requestId: request.id }
    const about = { kind: 'session', id: null, name: user?.username ?? null, action: 'ended' } as const
    await engine.audit.record(drafted({ ...SYSTEM, ...from }, { ...about, detail: { sessions } }, clock.now()))
  },
})

/** Redirects to what `work` answers. What goes wrong is told on the page: a browser is on its way, not a program. */
async function orBackToThePage(call: AnyCall, work: () => Promise<string>): Promise<void> {
  const { services, request, reply } = call
  reply.header('Cache-Control', 'no-store')
  try {
    reply.header('Location', await work())
  } catch (error) {
    if (RotaError.is(error) && error.code === 'not_found') throw error
    const isKnown = RotaError.is(error)
    const message = isKnown ? error.message : say`The sign-in failed; the server's log tells more.`
    const method = `oidc:${call.params.provider}`
    await services.sessions.tellRefused({ method, address: request.ip, requestId: request.id, reason: message })
    if (isKnown) request.log.warn({ provider: call.params.provider, reason: message }, 'a sign-in was refused')
    else request.log.error({ err: error }, 'a sign-in failed')
    sendFlowCookie(request, reply, services.providers.keepProblem(message))
    reply.header('Location', '/')
  }
}

function keptBy(request: AnyCall['request']): string | null {
  return flowCookie(request.headers.cookie, request.protocol === 'https')
}

export const providerRoutes: AnyRoute[] = [ways, start, callback, logout]
