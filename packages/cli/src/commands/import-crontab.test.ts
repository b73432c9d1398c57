import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FakeApi, problem } from '../testing/fake-api.ts'
import { run } from '../testing/run.ts'

const USER_CRONTAB = `# every day
MAILTO=ops@example.org
0 2 * * * backup.sh

61 * * * * broken
@reboot start.sh
`

const importing = ['import', 'crontab', '-', '--user', 'bob', '--tz', 'UTC']

async function folder(files: Record<string, string>): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'rota-import-'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text)
  return path
}

test('every line is reported, good ones are imported, and mistakes give exit code 3', async () => {
  const api = new FakeApi()
  const { code, out } = await run([...importing, '--json'], { fetch: api.fetch, stdin: USER_CRONTAB })
  expect(code).toBe(3)
  const report = JSON.parse(out)
  const results = report.files[0].lines.map(({ line, result }: { line: number; result: string }) => [line, result])
  expect(results).toEqual([
    [1, 'comment'],
    [2, 'setting'],
    [3, 'imported'],
    [4, 'blank'],
    [5, 'mistake'],
    [6, 'imported'],
  ])
  expect([...api.tasks.values()].map((task) => task.run_as)).toEqual(['bob', 'bob'])
  expect(report.files[0].lines[2].task_id).toBe([...api.tasks.keys()][0])
})

test('a mistake is shown with its line and place', async () => {
  const { out } = await run([...importing, '--dry-run'], { stdin: USER_CRONTAB })
  expect(out).toMatch(/ {4}5 {2}✖ mistake .*"61" is out of range/)
  expect(out).toMatch(/^ +61 \* \* \* \* broken\n +\^$/m)
})

test('a dry run needs no server and saves nothing', async () => {
  const { code, out } = await run([...importing, '--dry-run'], { stdin: '0 2 * * * x\n' })
  expect(code).toBe(0)
  expect(out).toMatch(/Nothing was saved\. It would be: 1 imported\./)
})

test('directories are read file by file, and names stay unique over all files', async () => {
  const path = await folder({
    a: '0 1 * * * root /bin/a\n',
    b: '0 2 * * * root /bin/b\n',
    '.placeholder': '# nothing\n',
  })
  const api = new FakeApi()
  const args = ['import', 'crontab', path, path, '--system', '--tz', 'UTC', '--json']
  const { code, out } = await run(args, api)
  expect(code).toBe(0)
  expect(JSON.parse(out).files).toHaveLength(6)
  const names = [...api.tasks.values()].map(({ name }) => name)
  expect(new Set(names).size).toBe(4)
})

test('a second import leaves alone what is there, and says so', async () => {
  const api = new FakeApi()
  const input = { fetch: api.fetch, stdin: '0 2 * * * backup.sh\n' }
  await run(importing, input)
  const { code, out } = await run(importing, input)
  expect(code).toBe(0)
  expect(out).toMatch(/= unchanged/)
  expect(out).toMatch(/1 unchanged\./)
  expect(api.tasks.size).toBe(1)
})

test('--existing replace changes the task; rename makes another beside one that is somebody’s own', async () => {
  const api = new FakeApi()
  await run(importing, { fetch: api.fetch, stdin: '0 2 * * * backup.sh\n' })
  const replaced = await run([...importing, '--existing', 'replace', '--disabled'], {
    fetch: api.fetch,
    stdin: '0 3 * * * backup.sh\n',
  })
  expect(replaced.out).toMatch(/1 replaced/)
  expect([...api.tasks.values()]).toMatchObject([{ schedule: { expression: '0 3 * * *' }, enabled: false }])
  await run([...importing, '--existing', 'rename'], { fetch: api.fetch, stdin: '0 3 * * * backup.sh\n' })
  expect(api.tasks.size).toBe(1)
  api.addTask({ name: 'bob-other.sh', type: 'shell' })
  await run([...importing, '--existing', 'rename'], { fetch: api.fetch, stdin: '0 2 * * * other.sh\n' })
  expect([...api.tasks.values()].map(({ name }) => name)).toEqual(['bob-backup.sh', 'bob-other.sh', 'bob-other.sh 2'])
})

test('a task that the server refuses is reported on its line, and the others are imported', async () => {
  const api = new FakeApi()
  const errors = [{ path: 'run_as', message: 'is not a user here.' }]
  const refused = { name: 'a', id: null, ok: false, code: 'invalid', error: 'x', errors }
  const made = { name: 'b', id: 'made', ok: true, code: null, error: null, errors: [] }
  api.overrides.set('POST /api/scheduler/tasks/import', () => Response.json({ results: [refused, made] }))
  const { code, out } = await run(importing, { fetch: api.fetch, stdin: '0 1 * * * a\n0 2 * * * b\n' })
  expect(code).toBe(3)
  expect(out).toMatch(/ {4}1 {2}✖ refused .*run_as: is not a user here/)
  expect(out).toMatch(/1 imported, 1 refused by the server/)
})

test('a name that turns out to be taken gets its step, and what is too much for one request is made one by one', async () => {
  const api = new FakeApi()
  const { name } = api.addTask({ name: 'bob-a', type: 'shell' })
  const stdin = '0 1 * * * a\n0 2 * * * b\n'
  const renamed = await run([...importing, '--existing', 'rename'], { fetch: api.fetch, stdin })
  expect(renamed.out).toMatch(/1 imported, 1 imported under another name/)
  const names = () => [...api.tasks.values()].map((task) => task.name)
  expect(names().toSorted()).toEqual([name, 'bob-a 2', 'bob-b'])
  api.tasks.clear()
  api.overrides.set('POST /api/scheduler/tasks/import', () => problem(413, 'too_large', 'x'))
  await run(importing, { fetch: api.fetch, stdin })
  expect(names()).toEqual(['bob-a', 'bob-b'])
})

test('when the server goes away in the middle, what was not made is named', async () => {
  const api = new FakeApi()
  let calls = 0
  const fetch: typeof api.fetch = async (...args) => {
    if (args[1]?.method === 'POST' && ++calls > 1)
      throw new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } })
    return api.fetch(...args)
  }
  const stdin = Array.from({ length: 203 }, (_, at) => `0 1 * * * job${at}\n`).join('')
  const { code, out } = await run(importing, { fetch, stdin })
  expect(code).toBe(3)
  expect(out).toMatch(/200 imported, 3 refused/)
})

test('a file that is no crontab is refused as a whole with the reason', async () => {
  const { code, out } = await run([...importing, '--dry-run'], { stdin: '{"a": 1}' })
  expect(code).toBe(2)
  expect(out).toMatch(/JSON, not a crontab/)
})

test('a directory inside a directory is told, not passed over', async () => {
  const path = await folder({ a: '0 1 * * * root /bin/a\n' })
  await mkdir(join(path, 'inner'))
  const { code, out } = await run(['import', 'crontab', path, '--system', '--dry-run'])
  expect(code).toBe(3)
  expect(out).toMatch(/inner\n.*not looked into/)
})

test('prefix, group and user can be chosen', async () => {
  const api = new FakeApi()
  const args = [...importing, '--prefix', 'old-', '--group', 'legacy', '--no-run-as']
  await run(args, { fetch: api.fetch, stdin: '0 1 * * * a\n' })
  const [task] = [...api.tasks.values()]
  expect(task).toMatchObject({ group: 'legacy' })
  expect(task!.name).toMatch(/^old-/)
  expect(task!.run_as).toBeUndefined()
})

test('a missing file does not stop the others, and is told', async () => {
  const path = await folder({ a: '0 1 * * * /bin/a\n' })
  const args = ['import', 'crontab', join(path, 'none'), join(path, 'a'), '--tz', 'UTC']
  const api = new FakeApi()
  const { code, out } = await run(args, { fetch: api.fetch })
  expect(code).toBe(3)
  expect(out).toContain('There is no such file or directory.')
  expect(api.tasks.size).toBe(1)
})

test('leftovers in a folder are not imported, and told', async () => {
  const path = await folder({
    app: '0 1 * * * root /bin/a\n',
    'app~': '0 2 * * * root /bin/a\n',
    'app.dpkg-old': '0 3 * * * root /bin/a\n',
  })
  const api = new FakeApi()
  const { out } = await run(['import', 'crontab', path, '--tz', 'UTC', '--system'], { fetch: api.fetch })
  expect(api.tasks.size).toBe(1)
  expect(out.match(/leftovers of packages/g)).toHaveLength(2)
})

test('an import again says what is new, unchanged, changed and gone, and makes nothing twice', async () => {
  const path = await folder({ jobs: '0 1 * * * /opt/x\n0 2 * * * /opt/x\n0 3 * * * /opt/x\n' })
  const api = new FakeApi()
  const importing = async (text: string, ...more: string[]) => {
    await writeFile(join(path, 'jobs'), text)
    const { out } = await run(['import', 'crontab', join(path, 'jobs'), '--tz', 'UTC', '--json', ...more], {
      fetch: api.fetch,
    })
    const [file] = JSON.parse(out).files
    return { results: file.lines.map(({ result }: { result: string }) => result), gone: file.gone.length }
  }
  expect((await importing('0 1 * * * /opt/x\n0 2 * * * /opt/x\n0 3 * * * /opt/x\n')).results).toEqual([
    'imported',
    'imported',
    'imported',
  ])
  const other = '0 3 * * * /opt/x\n0 1 * * * /opt/x\n0 4 * * * /opt/y\n'
  const { results, gone } = await importing(other)
  expect([results, gone]).toEqual([['unchanged', 'unchanged', 'imported'], 1])
  expect(api.tasks.size).toBe(4)
  await importing(other, '--gone', 'disable')
  expect([...api.tasks.values()].filter(({ status }) => status === 'disabled')).toHaveLength(1)
})

test('what the times of a line may not mean is told below it, also with --problems and to programs', async () => {
  const stdin = '0 2 * * * /bin/a\n*/45 * * * * /bin/b\n'
  const args = ['import', 'crontab', '-', '--user', 'ann', '--tz', 'UTC', '--dry-run']
  const english = await run([...args, '--problems'], { stdin })
  expect(english.out).toMatch(/ +! The step 45 starts afresh with every hour.*@every 45m/)
  expect(english.out).not.toContain('/bin/a')
  expect((await run([...args, '--lang', 'zh'], { stdin })).out).toMatch(/ +! 步长 45 每小时重新起算/)
  const { files } = JSON.parse((await run([...args, '--json'], { stdin })).out)
  expect(files[0].lines.map(({ notes }: { notes: unknown[] }) => notes.length)).toEqual([0, 1])
})

test('what was meant by a wrong word is told, also where the message lists it among others', async () => {
  const { out } = await run(['import', 'crontab', '-', '--user', 'ann', '--tz', 'UTC', '--dry-run'], {
    stdin: '@dialy /bin/a\n０ ２ * * * /bin/b\n0 0 2 * * * /bin/c\n',
  })
  expect(out).toContain('in small letters. Did you mean @daily?')
  expect(out).toContain('Did you mean 0 2 * * *?')
  expect(out.match(/0 2 \* \* \*/g)).toHaveLength(3)
})
