import createClient, { type Middleware } from 'openapi-fetch'
import { currentLanguage } from '../i18n/i18n.ts'
import { CSRF_HEADER } from './ahead.ts'
import { ApiProblem } from './problem.ts'
import { chooseTenant, tenantHeader } from './tenant.ts'
import type { Problem, paths } from './types.ts'

/** Told when the server says that nobody is signed in any more. */
type ExpiryListener = () => void
const expiryListeners = new Set<ExpiryListener>()

export function onSessionExpired(listener: ExpiryListener): () => void {
  expiryListeners.add(listener)
  return () => expiryListeners.delete(listener)
}

/** Asks for the language that is shown; replies that are no success become an ApiProblem, so that a query or mutation fails with what the server said. */
const throwProblems: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept-Language', currentLanguage())
    for (const [name, value] of Object.entries(tenantHeader())) request.headers.set(name, value)
  },
  async onResponse({ request, response }) {
    if ((response.ok && !isProblem(response)) || response.status === 304) return
    const problem = await readProblem(response)
    if (response.status === 401 && !isAboutSomebodyElse(request)) for (const listener of expiryListeners) listener()
    // It is gone: what is left to look at is all there are.
    if (problem?.errors?.some(({ path }) => path === 'Rota-Tenant')) chooseTenant(null)
    throw new ApiProblem(response.status, problem)
  },
  onError() {
    return new ApiProblem(0, null)
  },
}

/** With a status that is no error: what was asked for waits for somebody else's approval. */
function isProblem({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('application/problem+json') ?? false
}

/** A refusal of what was typed, by whoever is signed in or not. */
function isAboutSomebodyElse({ url }: Request): boolean {
  return /^\/api\/auth\/(login|invitation)(\/|$)/.test(new URL(url).pathname)
}

async function readProblem(response: Response): Promise<Problem | null> {
  try {
    return (await response.json()) as Problem
  } catch {
    return null
  }
}

/** The API, typed from its OpenAPI document. Every call resolves with data or throws {@link ApiProblem}. */
export const api = createClient<paths>({
  baseUrl: '/',
  credentials: 'same-origin',
  headers: CSRF_HEADER,
  // Lists in a query string are joined by commas, as the server reads them.
  querySerializer: { array: { style: 'form', explode: false } },
})
api.use(throwProblems)

/** The data of a call: `await data(api.GET('/api/scheduler/tasks'))`. */
export async function data<T>(call: Promise<{ data?: T }>): Promise<Answer<T>> {
  return (await call).data as Answer<T>
}

/** Without the problems among the successes, which are thrown. */
type Answer<T> = NonNullable<T extends { request_id: string; errors: unknown[] } ? never : T>
