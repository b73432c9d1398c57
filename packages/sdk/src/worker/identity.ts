import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { NodeFacts } from '@rota/core'
import { ApiError, UnreachableError } from '../api-error.ts'

/** Who a worker is to its server. */
export interface WorkerIdentity {
  nodeId: string
  key: string
}

/** Null when the file is not there yet. */
export async function readIdentity(file: string): Promise<WorkerIdentity | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as WorkerIdentity
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Only its user can read it; it is there as a whole or not at all. */
export async function writeIdentity(file: string, identity: WorkerIdentity): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await rm(`${file}.new`, { force: true })
  await writeFile(`${file}.new`, `${JSON.stringify(identity)}\n`, { mode: 0o600, flag: 'wx' })
  await rename(`${file}.new`, file)
}

export interface Joining {
  url: string
  token: string
  facts: NodeFacts
  fetch: typeof fetch
  signal: AbortSignal
}

/** Joins by a join token. Throws {@link ApiError} when the server says no, {@link UnreachableError} when it is away. */
export async function joinServer({ url, token, facts, fetch, signal }: Joining): Promise<WorkerIdentity> {
  const { callbackUrl, tenantId, ...rest } = facts
  const node = { ...rest, callback_url: callbackUrl, tenant_id: tenantId }
  let response: Response
  try {
    response = await fetch(`${url}/api/scheduler/nodes/join`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, redirect: 'error', signal },
      body: JSON.stringify({ token, node }),
    })
  } catch (error) {
    if (signal.aborted) throw error
    throw new UnreachableError(url, error)
  }
  const body = (await response.json().catch(() => ({}))) as { node_id?: unknown; key?: unknown }
  if (!response.ok) throw new ApiError(response.status, body as object, response.headers)
  if (typeof body.node_id === 'string' && typeof body.key === 'string') return { nodeId: body.node_id, key: body.key }
  throw new ApiError(502, { title: 'Not a Rota server', detail: `${url} does not answer as a Rota server does.` })
}
