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

test('an imported job is known again: left alone, or moved as asked, and never made twice', async () => {
  const first = await send({ group: 'again', lines: [3] })
  const id = first.json.lines[2].task_id
  expect(first.json.lines[2]).toMatchObject({ result: 'imported', finding: 'added' })
  expect((await send({ group: 'again', lines: [3] })).json.lines[2]).toMatchObject({ result: 'unchanged', task_id: id })
  const moved = await send({ group: 'moved', lines: [3], existing: 'replace' })
  expect(moved.json.lines[2]).toMatchObject({ result: 'replaced', task_id: id, exists: true })
  const renamed = await send({ group: 'moved', lines: [3], existing: 'rename' })
  expect(renamed.json.lines[2].result).toBe('unchanged')
  expect(await names('moved')).toHaveLength(1)
})

test('a task of the name that is somebody’s own is left alone, replaced, or stands beside the new one, as asked', async () => {
  const own = { name: 'jobs-own', type: 'shell', command: 'true', group: 'own' }
  const { json: made } = await t.call('POST', '/api/scheduler/tasks', { as: 'editor', body: own })
  const text = '0 1 * * * /opt/own\n'
  const once = (existing: string) => send({ text, source: 'jobs', group: 'own', existing })
  expect((await once('skip')).json.lines[0]).toMatchObject({ result: 'exists', task_id: made.id, finding: 'added' })
  expect((await once('rename')).json.lines[0]).toMatchObject({ result: 'renamed' })
  expect(await names('own')).toEqual(['jobs-own', 'jobs-own 2'])
})

const THREE = '0 1 * * * /opt/x\n0 2 * * * /opt/x\n0 3 * * * /opt/x\n'

/** The instants at which tasks of a group are due, told as their schedules. */
async function schedules(group: string): Promise<string[]> {
  const { json } = await t.call('GET', `/api/scheduler/tasks?group=${group}&sort=name`, { as: 'viewer' })
  return json.tasks.map(({ schedule }: { schedule: string }) => schedule).toSorted()
}

test('lines with the same command that move are neither doubled nor lost', async () => {
  const again = (text: string, more: object = {}) => send({ text, source: '/srv/three', group: 'three', ...more })
  await again(THREE)
  const without = await again('0 2 * * * /opt/x\n0 3 * * * /opt/x\n', { existing: 'replace' })
  expect(without.json.lines.map(({ finding }: { finding: string }) => finding)).toEqual(['unchanged', 'unchanged'])
  expect(without.json.gone).toEqual([{ task_id: expect.any(String), name: expect.any(String), result: null }])
  const turned = await again('0 3 * * * /opt/x\n0 2 * * * /opt/x\n0 4 * * * /opt/x\n', { existing: 'replace' })
  expect(turned.json.lines.map(({ finding }: { finding: string }) => finding)).toEqual([
    'unchanged',
    'unchanged',
    'changed',
  ])
  expect(await schedules('three')).toEqual(['0 2 * * *', '0 3 * * *', '0 4 * * *'])
})

test('what is gone from the file is kept, disabled or deleted, as asked, and only by an import of all of it', async () => {
  const again = (text: string, more: object = {}) => send({ text, source: '/srv/gone', group: 'gone', ...more })
  await again(THREE)
  const one = '0 1 * * * /opt/x\n'
  expect((await again(one, { gone: 'delete', dry_run: true })).json.gone).toHaveLength(2)
  await again(one, { gone: 'delete', lines: [1] })
  expect(await schedules('gone')).toHaveLength(3)
  const done = await again(one, { gone: 'delete' })
  expect(done.json.gone.map(({ result }: { result: string }) => result)).toEqual(['deleted', 'deleted'])
  expect(await schedules('gone')).toEqual(['0 1 * * *'])
})

test('what people have changed about an imported task stays when its line changes', async () => {
  const again = (text: string) => send({ text, source: '/srv/mine', existing: 'replace' })
  const { json } = await again('0 1 * * * /opt/mine\n')
  const path = `/api/scheduler/tasks/${json.lines[0].task_id}`
  await t.call('PATCH', path, { as: 'editor', body: { name: 'my own name', group: 'mine', enabled: false } })
  expect((await again('0 5 * * * /opt/mine\n')).json.lines[0]).toMatchObject({ finding: 'changed', result: 'replaced' })
  const { json: task } = await t.call('GET', path, { as: 'viewer' })
  expect(task).toMatchObject({ name: 'my own name', group: 'mine', status: 'disabled', schedule: '0 5 * * *' })
})

test('equal names from different folders are told apart by the folder', async () => {
  for (const source of ['/etc/cron.d/app', '/srv/a/cron.d/app']) {
    await send({ text: '0 1 * * * root /opt/run\n', source, group: 'folders' })
  }
  expect(await names('folders')).toEqual(['a-app-run', 'app-run'])
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

test('a file that has become something else takes nothing away', async () => {
  const again = (text: string) => send({ text, source: '/srv/broken', group: 'broken', gone: 'delete' })
  await again('0 1 * * * /opt/broken\n')
  const { json } = await again('#!/bin/sh\nset -e\ncp a b\nif true; then\n  ls\nfi\n')
  expect(json).toMatchObject({ is_crontab: false, gone: [] })
  expect(await names('broken')).toHaveLength(1)
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

test('what the times of a line may not mean is told with the line, in both languages, before and after the import', async () => {
  const text = '*/45 * * * * /usr/bin/uneven.sh\n0 2 * * * /usr/bin/plain.sh\n'
  for (const dry_run of [true, false]) {
    const { json } = await send({ text, group: 'notes', dry_run })
    expect(json.lines.map(({ notes }: { notes: unknown[] }) => notes.length)).toEqual([1, 0])
    expect(json.lines[0].notes[0]).toMatchObject({
      en: expect.stringContaining('15 minutes'),
      suggestion: '@every 45m',
    })
  }
})

test('a crontab that names a secret of another scheduler is imported without it, and told', async () => {
  const { json } = await send({ text: `PW=\${secret:db}\n0 2 * * * /usr/bin/secretly.sh\n`, group: 'secret' })
  expect(json.lines).toMatchObject([{ outcome: 'warning' }, { result: 'imported' }])
  expect(json.lines[0].message).toContain('refers to a secret')
})
