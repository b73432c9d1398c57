import { harmless } from '@rota/core'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { FakeApi } from './testing/fake-api.ts'
import { run } from './testing/run.ts'

/** What a terminal obeys or nobody sees; colours that we add ourselves are taken out first. */
const HARMFUL = /[\0-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u
const OWN_COLOURS = /\x1b\[\d{1,2}m/g
/** Own colours that a text could bring as well would be taken out with ours: it brings this one. */
const PARTS = [
  '\x1b[2J',
  '\x1b[66m',
  '\x1b]0;t\x07',
  '\x1b]8;;http://x\x1b\\',
  '\x1bP1$r\x1b\\',
  '\x1b_G\x1b\\',
  '\x9b2J',
  '\x9d0;t\x9c',
]
const MORE = [
  '\x85',
  '\x7f',
  '\r',
  '\b\b\b',
  '\0',
  '\u202e',
  '\u2066',
  '\u2028',
  '\u2029',
  '\u200b',
  '\ufeff',
  '\u{e0041}',
  '\ufdd0',
  'a',
  '中',
  ' ',
]
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...PARTS, ...MORE), fc.string({ unit: 'binary', maxLength: 6 })), { maxLength: 8 })
  .map((parts) => `x${parts.join('')}`)

const visibleHarm = (text: string) => HARMFUL.exec(text.replaceAll('\x1b[66m', '\x1b!').replace(OWN_COLOURS, ''))
const TTY = { outIsTty: true, errIsTty: true, width: 120 }

test('nothing that the API says reaches a terminal as anything but text, whatever the command', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, async (text) => {
      const api = new FakeApi()
      const task = api.addTask({ name: text, group: text, tags: [text], schedule: text, description: text })
      const { id } = api.addExecution({ task_name: text, error: text, failure: text as never, reason: text }, [
        text,
        `!${text}`,
      ])
      api.overrides.set('GET /api/scheduler/stats', () => refusal(text))
      const commands = [
        ['task', 'list'],
        ['task', 'show', task.id],
        ['execution', 'list'],
        ['execution', 'show', id],
        ['logs', id],
        ['logs', id, '--json'],
        ['task', 'list', '--json'],
        ['task', 'show', text],
        ['stats'],
        ['stats', '--json'],
        [text],
        ['task', `--${text}`],
        ['server', text],
      ]
      for (const args of commands) {
        const { out, err } = await run(args, { fetch: api.fetch, ...TTY })
        expect([args, visibleHarm(out), visibleHarm(err)]).toEqual([args, null, null])
      }
    }),
    { numRuns: 40 },
  )
}, 120_000)

function refusal(text: string): Response {
  const problem = {
    type: 'x',
    title: text,
    status: 422,
    detail: text,
    errors: [{ path: text, message: text }],
    request_id: text,
  }
  return new Response(JSON.stringify(problem), { status: 422, headers: { 'content-type': 'application/problem+json' } })
}

test('JSON says what it said, though nothing in it commands a terminal', async () => {
  const api = new FakeApi()
  const name = 'a\x9b2J\u202e\u2028\u200b\x7f中'
  api.addTask({ name })
  const { out } = await run(['task', 'list', '--json'], { fetch: api.fetch, ...TTY })
  expect(visibleHarm(out)).toBeNull()
  expect(out).toContain('\\u009b')
  expect(JSON.stringify(JSON.parse(out))).toContain(JSON.stringify(name))
})

test('each stream is judged by itself: colours and care on a terminal, what was printed in a pipe', async () => {
  const api = new FakeApi()
  const { id } = api.addExecution({}, ['\x1b[31mred\x1b[0m\x1b[2J', '!\x1b[32mgreen\x1b[0m\x1b[2J'])
  const piped = await run(['logs', id], { fetch: api.fetch, outIsTty: false, errIsTty: true })
  expect(piped.out).toBe('\x1b[31mred\x1b[0m\x1b[2J\n')
  expect(piped.err).toContain('\x1b[32mgreen\x1b[0m')
  expect(piped.err).not.toContain('\x1b[2J')
  const shown = await run(['logs', id], { fetch: api.fetch, outIsTty: true, errIsTty: false })
  expect(shown.out).not.toContain('\x1b[2J')
  expect(shown.err).toContain('\x1b[2J')
  const refused = await run(['task', 'show', 'nothing'], { fetch: api.fetch, outIsTty: true, errIsTty: false })
  expect(refused.err).toMatch(/^rota: /)
})

test('colours of a log stay, but for what hides or blinks', async () => {
  const api = new FakeApi()
  const { id } = api.addExecution({}, ['\x1b[1;31ma\x1b[38;5;8mb\x1b[48:2::1:2:8mc\x1b[8mhidden\x1b[0;5mblink'])
  const { out } = await run(['logs', id], { fetch: api.fetch, ...TTY })
  expect(out).toBe('\x1b[1;31ma\x1b[38;5;8mb\x1b[48:2::1:2:8mchiddenblink\x1b[0m\n')
})

test('joiners stay where they join, lines and tabs stay, and a Windows line end is one', () => {
  expect(harmless('👨‍👩‍👧 می‌خواهم\n\tx\r\ny')).toBe('👨‍👩‍👧 می‌خواهم\n\tx\ny')
  expect(harmless('ad\u200dmin\u200c')).toBe('ad\ufffdmin\ufffd')
})
