import { afterAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from './testing/test-server.ts'

const IMPORT = '/api/scheduler/tasks/import/crontab'
const t: TestServer = await startTestServer()
afterAll(() => t.stop())

const CRONTAB = `# nightly
MAILTO=ops@example.com
0 2 * * * /usr/bin/backup.sh
0 70 * * * /usr/bin/never.sh
*/5 * * * * /usr/bin/poll.sh
#0 3 * * * /usr/bin/off.sh
`

const send = (body: object, as = 'editor') => t.call('POST', IMPORT, { as, body: { text: CRONTAB, ...body } })
const names = async (group: string) => {
  const { json } = await t.call('GET', `/api/scheduler/tasks?group=${group}&sort=name`, { as: 'viewer' })
  return json.tasks.map(({ name }: { name: string }) => name)
}

test('a dry run says of every line what it becomes, and makes nothing', async () => {
  const { json } = await send({ dry_run: true, group: 'dry' })
  expect(json).toMatchObject({ is_crontab: true, format: 'user' })
  expect(json.lines.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
    'comment',
    'environment',
    'task',
    'error',
    'task',
    'disabled',
  ])
  expect(json.lines[2]).toMatchObject({ line: 3, result: null, exists: false, task: { command: '/usr/bin/backup.sh' } })
  expect(json.lines[3]).toMatchObject({ task: null, column: 3 })
  expect(await names('dry')).toEqual([])
})

test('only chosen lines are made, under the names that they have among all', async () => {
  const dry = await send({ dry_run: true, group: 'part' })
  const { json } = await send({ lines: [5], group: 'part', enabled: false, prefix: 'part ' })
  expect(json.lines.map(({ result }: { result: string | null }) => result)).toEqual([
    null,
    null,
    null,
    null,
    'imported',
    null,
  ])
  expect(await names('part')).toEqual([`part ${dry.json.lines[4].task.name}`])
  const task = await t.call('GET', `/api/scheduler/tasks/${json.lines[4].task_id}`, { as: 'viewer' })
  expect(task.json).toMatchObject({ status: 'disabled', schedule: '*/5 * * * *' })
})

test('a task of the name is left alone, replaced, or stands beside the new one, as asked', async () => {
  const first = await send({ group: 'again', lines: [3] })
  const id = first.json.lines[2].task_id
  expect((await send({ group: 'again', lines: [3] })).json.lines[2]).toMatchObject({ result: 'exists', task_id: id })
  const replaced = await send({ group: 'moved', lines: [3], existing: 'replace' })
  expect(replaced.json.lines[2]).toMatchObject({ result: 'replaced', task_id: id, exists: true })
  expect(await names('moved')).toHaveLength(1)
  const renamed = await send({ group: 'moved', lines: [3], existing: 'rename' })
  expect(renamed.json.lines[2].result).toBe('renamed')
  expect(await names('moved')).toHaveLength(2)
})

test('a line that is refused says why and does not stop the others', async () => {
  const text = `0 1 * * * echo one\n0 2 * * * echo two\n`
  const { json } = await send({ text, group: ' '.repeat(3) })
  expect(json.lines[0]).toMatchObject({ result: 'refused', task_id: null, error: expect.stringContaining('group') })
  expect(json.lines[1].result).toBe('refused')
})

test('what is no crontab is refused as a whole, with the reason', async () => {
  const { json } = await send({ text: '#!/bin/sh\nset -e\ncp a b\nif true; then\n  ls\nfi\n', dry_run: true })
  expect(json).toMatchObject({ is_crontab: false, reason: expect.any(String) })
})

test('who may not edit tasks may not even look', async () => {
  expect((await send({ dry_run: true }, 'operator')).status).toBe(403)
})

test('many lines with one command get names of their own, and are found again', async () => {
  const text = '0 2 * * * /usr/bin/same.sh\n'.repeat(40)
  const made = await send({ text, group: 'same', lines: [1, 2, 3] })
  const wanted = made.json.lines.map(({ task }: { task: { name: string } }) => task.name)
  expect(new Set(wanted).size).toBe(40)
  const again = await send({ text, dry_run: true })
  expect(again.json.lines.map(({ task }: { task: { name: string } }) => task.name)).toEqual(wanted)
  expect(again.json.lines.filter(({ exists }: { exists: boolean }) => exists)).toHaveLength(3)
})

test('a crontab of more lines than one request may bring is refused with the limit', async () => {
  const reply = await send({ text: '#\n'.repeat(10_001), dry_run: true })
  expect(reply.status).toBe(422)
  expect(reply.json.errors).toEqual([
    expect.objectContaining({ path: 'text', message: expect.stringContaining('10000') }),
  ])
})
