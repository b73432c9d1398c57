import { describe, expect, test } from 'vitest'
import type { TaskInput } from '../task.ts'
import { findMasks, MASK, maskTask, unmask } from './mask.ts'

const TASK: TaskInput = {
  name: 'report',
  type: 'http',
  env: { DB_PASSWORD: 'S1', MODE: 'S2' },
  http: {
    url: 'https://ann:S3@api.test/v1/x?token=S4&day=S5#S6',
    method: 'POST',
    headers: { 'X-Api-Key': 'S7' },
    query: { sig: 'S8' },
    auth: { type: 'basic', username: 'S9', password: 'S10' },
    body: { login: 'S11' } as never,
    expect_status: 200,
  },
  payload: {
    endpoint: 'open',
    webhook_url: 'https://hook.test/?k=S12',
    connection: { password: 'S13', port: 1 },
    headers: { a: 'S14' },
    steps: [{ token: 'S15', name: 'open' }],
  },
  params: { args: ['open'], kwargs: { day: 'open', apiKey: 'S16', nested: { 'client-secret': 'S17' } } },
}

describe('a task as those may see it who may not edit', () => {
  test('shows no secret, and every name', () => {
    const masked = maskTask(TASK)
    expect(JSON.stringify(masked)).not.toMatch(/S\d/)
    expect(masked.env).toEqual({ DB_PASSWORD: MASK, MODE: MASK })
    expect(masked.http).toEqual({
      url: 'https://***@api.test/v1/x?token=***&day=***',
      method: 'POST',
      headers: { 'X-Api-Key': MASK },
      query: { sig: MASK },
      auth: { type: 'basic', username: MASK, password: MASK },
      body: MASK,
      expect_status: 200,
    })
    expect(masked.payload).toMatchObject({ endpoint: 'open', connection: { port: 1 }, steps: [{ name: 'open' }] })
    expect(masked.params).toEqual({
      args: ['open'],
      kwargs: { day: 'open', apiKey: MASK, nested: { 'client-secret': MASK } },
    })
  })

  test('is left as it is by masks that come back, whole or in part', () => {
    const { name: _, type: __, ...changes } = maskTask(TASK)
    const { name: ___, type: ____, ...original } = TASK
    expect(unmask(changes, TASK)).toEqual(original)
    expect(unmask({ env: { MODE: 'new', DB_PASSWORD: MASK } }, TASK)).toEqual({
      env: { MODE: 'new', DB_PASSWORD: 'S1' },
    })
  })

  test('cannot be told by a mask where there is nothing behind it', () => {
    const written = unmask({ env: { OTHER: MASK }, http: { url: 'https://x.test/?a=***', headers: { A: MASK } } }, TASK)
    expect(findMasks(written).map(({ path }) => path)).toEqual(['env.OTHER', 'http.url', 'http.headers.A'])
    expect(
      findMasks({ params: { kwargs: { token: MASK, pattern: 'a***b', stars: MASK } } }).map((e) => e.path),
    ).toEqual(['params.kwargs.token'])
    expect(findMasks(TASK)).toEqual([])
  })
})
