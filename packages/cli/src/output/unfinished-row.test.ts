import { expect, test } from 'vitest'
import { FakeApi } from '../testing/fake-api.ts'
import { run } from '../testing/run.ts'

const TTY = { outIsTty: true, errIsTty: true, width: 60, errWidth: 60 }

/** An execution that is silent behind an unfinished line for 12 s, and then ends it. */
function silent(message: string) {
  const api = new FakeApi()
  const unfinished = { stream: 'stdout' as const, message, since: '2026-06-01T11:59:48.000Z' }
  const { id } = api.addExecution({ unfinished })
  const line = { no: 0, timestamp: '2026-01-01T00:00:00.000Z', stream: 'stdout', attempt: 1, message: 'whole' }
  const events = [
    ['unfinished', unfinished],
    ['unfinished', null],
    ['lines', [line]],
    ['end', {}],
  ]
  const text = events.map(([event, data]) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`).join('')
  api.overrides.set(`GET /api/scheduler/executions/${id}/logs/stream`, () => new Response(text))
  return { api, id }
}

test('on a terminal an unfinished line stands below the log, with how long it has been silent, and goes again', async () => {
  const { api, id } = silent('Name? ')
  const { out, err } = await run(['logs', '-f', id], { fetch: api.fetch, ...TTY })
  expect(err).toContain('Name?')
  expect(err).toContain('silent for 12 s')
  expect(err.endsWith('\x1b[G\x1b[K')).toBe(true)
  expect(out).toBe('whole\n')
})

test('an unfinished line takes one row and commands no terminal', async () => {
  const { api, id } = silent(`\x1b[2J\x1b]0;title\x07\x9b2J${'wide '.repeat(100)}`)
  const { err } = await run(['logs', '-f', id], { fetch: api.fetch, ...TTY })
  expect(err).not.toMatch(/\x1b\[2J|\x1b\]|\x9b|\n/)
  const [row] = err.split('\x1b[K')
  expect(row!.replace(/\x1b\[[\d;]*[mG]/g, '').length).toBeLessThan(60)
})

test('what goes elsewhere than to a terminal has whole lines only', async () => {
  for (const more of [{}, { outIsTty: true }, { errIsTty: true }]) {
    const { api, id } = silent('Name? ')
    expect(await run(['logs', '-f', id], { fetch: api.fetch, ...more })).toMatchObject({ out: 'whole\n', err: '' })
  }
  const { api, id } = silent('Name? ')
  const { err } = await run(['logs', '-f', id, '--stream', 'stderr'], { fetch: api.fetch, ...TTY })
  expect(err).toBe('')
})

test('an execution that is shown tells what stands unfinished and since when', async () => {
  const { api, id } = silent('Name? ')
  const { out } = await run(['execution', 'show', id], { fetch: api.fetch })
  expect(out).toMatch(/unfinished line\s+Name\? {2}silent for 12 s/)
})
