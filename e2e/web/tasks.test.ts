import { readFile } from 'node:fs/promises'
import { cleanUp, eventually, ServerProcess } from '@rota/testkit/cluster'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { closeBrowser, closePages, openInterface } from './browser.ts'

interface Task {
  id: string
  name: string
  status: string
  group: string | null
  command?: string
}

const TASKS = '/api/scheduler/tasks'
let server: ServerProcess
const ids: Record<string, string> = {}

beforeAll(async () => {
  server = await new ServerProcess({ env: { ROTA_EXAMPLES: 'false' } }).start()
  for (const [name, group] of [
    ['Dump orders', 'backup/db'],
    ['Dump users', 'backup/db'],
    ['Copy photos', 'backup/files'],
    ['Daily report', 'reports'],
  ]) {
    const input = {
      name,
      group,
      type: 'shell',
      command: 'echo "$1 $WHO"',
      schedule: '0 2 * * *',
      params: { args: ['one'] },
    }
    ids[name!] = (await server.ask<Task>('POST', TASKS, input)).id
  }
})

afterEach(closePages)

afterAll(async () => {
  await closeBrowser()
  await cleanUp()
})

async function statusOf(name: string): Promise<string> {
  return (await server.ask<Task>('GET', `${TASKS}/${ids[name]}`)).status
}

async function ended(id: string): Promise<{ output: string }> {
  return eventually(`end of ${id}`, 20_000, async () => {
    const execution = await server.ask<{ finished_at: string | null; output: string }>(
      'GET',
      `/api/scheduler/executions/${id}`,
    )
    return execution.finished_at !== null && execution
  })
}

test('a group shows its tasks and those below it; the address says so, and Back undoes it', async () => {
  const { page, trouble } = await openInterface(server, '/tasks')
  await page.getByText('4 in total').waitFor()
  const tree = page.getByRole('tree', { name: 'Groups' })
  await tree.getByRole('treeitem', { name: /backup/ }).click()
  await page.getByText('3 in total').waitFor()
  expect(new URL(page.url()).searchParams.get('group')).toBe('backup/')
  await tree.getByRole('treeitem', { name: /^db/ }).click()
  await page.getByText('2 in total').waitFor()
  await page.goBack()
  await page.getByText('3 in total').waitFor()
  expect(trouble).toEqual([])
})

test('the tree of groups is one Tab stop, walked by arrows, and what is folded stays so', async () => {
  const { page } = await openInterface(server, '/tasks')
  await page.getByText('4 in total').waitFor()
  const tree = page.getByRole('tree', { name: 'Groups' })
  const focused = () => page.locator(':focus').getAttribute('title')
  expect(await tree.locator('[tabindex="0"]').count()).toBe(1)
  await page.getByRole('button', { name: 'All groups' }).focus()
  await page.keyboard.press('Tab')
  expect(await focused()).toBe('backup')
  await page.keyboard.press('ArrowRight')
  expect(await focused()).toBe('backup/db')
  await page.keyboard.press('r')
  expect(await focused()).toBe('reports')
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowLeft')
  const backup = tree.getByRole('treeitem', { name: /^backup/ })
  expect(await backup.getAttribute('aria-expanded')).toBe('false')
  expect(await tree.getByRole('treeitem').count()).toBe(2)
  await page.reload()
  await page.getByText('4 in total').waitFor()
  expect(await backup.getAttribute('aria-expanded')).toBe('false')
  await backup.getByTestId('fold').click()
  await tree.getByRole('treeitem', { name: /^files/ }).waitFor()
  // Folding chooses nothing.
  expect(new URL(page.url()).searchParams.get('group')).toBeNull()
  await backup.focus()
  await page.keyboard.press('Enter')
  await page.getByText('3 in total').waitFor()
  expect(await backup.getAttribute('aria-selected')).toBe('true')
})

test('a header sorts the list, turned round by a second click, and the address keeps it', async () => {
  const { page } = await openInterface(server, '/tasks')
  await page.getByText('4 in total').waitFor()
  const header = (name: string) => page.getByRole('columnheader', { name })
  const names = () => page.getByRole('row').locator('[role=cell]:nth-child(3)').allInnerTexts()
  expect(await header('Name').getAttribute('aria-sort')).toBe('ascending')
  await page.getByRole('button', { name: 'Sort by Group' }).click()
  await page.waitForURL(/sort=group/)
  await page.locator('[role=columnheader][aria-sort=ascending]', { hasText: 'Group' }).waitFor()
  await page.getByRole('button', { name: 'Sort by Group' }).click()
  await page.waitForURL(/sort=-group/)
  await page.locator('[role=columnheader][aria-sort=descending]', { hasText: 'Group' }).waitFor()
  await eventually('reports first', 10_000, async () => (await names())[0] === 'Daily report')
  await page.reload()
  await page.getByText('4 in total').waitFor()
  await eventually('reports first again', 10_000, async () => (await names())[0] === 'Daily report')
  await page.getByRole('button', { name: 'Sort by Name' }).click()
  await page.waitForURL((url) => !url.searchParams.has('sort'))
})

test('a filter is kept under a name, and stands there as a tab after a reload', async () => {
  const { page } = await openInterface(server, '/tasks?q=dump')
  await page.getByText('2 in total').waitFor()
  await page.getByRole('button', { name: 'Save this view' }).click()
  await page.getByLabel('View name').and(page.locator(':focus')).waitFor()
  await page.keyboard.type('Dumps')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Dumps', exact: true }).waitFor()
  await page.goto(`${server.url}/tasks`)
  await page.getByRole('button', { name: 'Dumps', exact: true }).click()
  await page.getByText('2 in total').waitFor()
})

test('all that a filter matches, less one: seen first, done, and taken back', async () => {
  const { page } = await openInterface(server, '/tasks?group=backup/')
  await page.getByText('3 in total').waitFor()
  await page.getByLabel('Select all rows').check()
  await page
    .getByRole('row', { name: /Copy photos/ })
    .getByLabel('Select this row')
    .uncheck()
  await page.getByText('2 selected').waitFor()
  await page.getByRole('toolbar').getByRole('button', { name: 'Disable' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('2 tasks no longer run by their schedules.').waitFor()
  expect(await statusOf('Dump orders')).toBe('active')
  expect(await dialog.getByText('Copy photos').count()).toBe(0)
  await dialog.getByRole('button', { name: 'Disable 2 tasks' }).click()
  await page.getByText('2 tasks disabled.').waitFor()
  expect([await statusOf('Dump orders'), await statusOf('Copy photos')]).toEqual(['disabled', 'active'])
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('Undone.').waitFor()
  expect(await statusOf('Dump orders')).toBe('active')
})

test('with most of a selection taken out again, only the rest is meant', async () => {
  const { page } = await openInterface(server, '/tasks')
  await page.getByText('4 in total').waitFor()
  await page.getByLabel('Select all rows').check()
  for (const name of ['Dump orders', 'Dump users', 'Copy photos']) {
    await page.getByRole('row', { name }).getByLabel('Select this row').uncheck()
  }
  await page.getByRole('toolbar').getByRole('button', { name: 'Disable' }).click()
  await page.getByRole('dialog').getByText('1 task no longer runs').waitFor()
  await page.getByRole('dialog').getByText('Daily report').waitFor()
})

test('tasks that are moved and deleted come back to where they were', async () => {
  const { page } = await openInterface(server, '/tasks?q=dump')
  await page.getByText('2 in total').waitFor()
  await page.getByLabel('Select all rows').check()
  await page.getByRole('toolbar').getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Move to a group…' }).click()
  await page.getByRole('combobox', { name: 'To group' }).fill('archive/2026')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Move 2 tasks' }).click()
  await page.getByText('2 tasks moved.').waitFor()
  const moved = await server.ask<{ total: number }>('GET', `${TASKS}?group=archive/2026`)
  expect(moved.total).toBe(2)
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('Undone.').waitFor()
  expect((await server.ask<{ total: number }>('GET', `${TASKS}?group=backup/db`)).total).toBe(2)

  await page
    .getByRole('row', { name: /Dump users/ })
    .getByLabel('Select this row')
    .check()
  await page.getByRole('toolbar').getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  await page.getByRole('button', { name: 'Delete 1 task' }).click()
  await page.getByText('1 task deleted.').waitFor()
  await page.goto(`${server.url}/tasks?status=deleted`)
  await page
    .getByRole('row', { name: /Dump users/ })
    .getByLabel('Select this row')
    .check()
  await page.getByRole('toolbar').getByRole('button', { name: 'Restore' }).click()
  await page.getByRole('button', { name: 'Restore 1 task' }).click()
  await page.getByText('1 task restored.').waitFor()
  expect(await statusOf('Dump users')).toBe('active')
})

test('chosen tasks are exported as they would be written', async () => {
  const { page } = await openInterface(server, '/tasks?q=report')
  await page
    .getByRole('row', { name: /Daily report/ })
    .getByLabel('Select this row')
    .check()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('toolbar').getByRole('button', { name: 'Export' }).click(),
  ])
  const text = await readFile((await download.path())!, 'utf8')
  expect(text).toContain('name: Daily report')
  expect(text).not.toContain('kill_grace_seconds')
})

test('a run by hand begins with what it last ran with, and takes something else for once', async () => {
  const { page } = await openInterface(server, `/tasks/${ids['Daily report']}`)
  await page.getByRole('button', { name: 'Run now' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('one', { exact: true }).waitFor()
  await dialog.getByRole('combobox', { name: 'Arguments' }).press('Backspace')
  await page.keyboard.type('two')
  await page.keyboard.press('Enter')
  await dialog.locator('.cm-content').nth(1).click()
  await page.keyboard.insertText('{"WHO": "me"}')
  await dialog.getByRole('button', { name: 'Run now' }).click()
  await page.waitForURL(/executions\/[0-9a-f-]{36}/)
  const execution = new URL(page.url()).pathname.split('/').at(-1)!
  expect((await ended(execution)).output).toBe('two me\n')
  await page.goto(`${server.url}/tasks/${ids['Daily report']}`)
  await page.getByRole('button', { name: 'Run now' }).click()
  await page.getByRole('dialog').getByText('two', { exact: true }).waitFor()
})

test('a version says what it changed, and becomes the task again', async () => {
  const id = ids['Copy photos']!
  await server.ask('PATCH', `${TASKS}/${id}`, { command: 'echo changed', priority: 5 })
  const { page } = await openInterface(server, `/tasks/${id}?tab=revisions`)
  await page.getByText('echo changed').waitFor()
  await page.getByRole('button', { name: 'Restore this version' }).last().click()
  await page.getByRole('dialog').getByRole('button', { name: 'Restore this version' }).click()
  await page.getByText('Version 3').waitFor()
  expect(await server.ask('GET', `${TASKS}/${id}`)).toMatchObject({
    command: 'echo "$1 $WHO"',
    priority: 0,
    version: 3,
  })
})

test('a task is paused, resumed with a word about its backlog, deleted and brought back from its page', async () => {
  const { page } = await openInterface(server, `/tasks/${ids['Dump orders']}`)
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('Paused', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByRole('radio', { name: 'Skip them' }).check()
  await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click()
  await page.getByText('Active', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.waitForURL(/\/tasks$/)
  await page.getByText('“Dump orders” is deleted.').waitFor()
  await page.getByRole('button', { name: 'Undo' }).last().click()
  await eventually('the task is back', 10_000, async () => (await statusOf('Dump orders')) === 'active')
})

test('the import shows what every line becomes, and makes the chosen ones only', async () => {
  const { page, trouble } = await openInterface(server, '/tasks/import')
  await page
    .getByLabel('Crontab', { exact: true })
    .fill('# jobs\n0 2 * * * /bin/one\n0 70 * * * /bin/two\n*/5 * * * * /bin/three\n')
  await page.getByRole('button', { name: 'Import 2 tasks' }).waitFor()
  const faulty = page.getByRole('row').filter({ hasText: 'out of range' })
  expect(await faulty.locator('mark').innerText()).toBe('70')
  await page.getByLabel('Import line 4').uncheck()
  await page.getByRole('button', { name: 'Import 1 task' }).click()
  await page.getByText('1 imported').waitFor()
  const { tasks } = await server.ask<{ tasks: Task[] }>('GET', `${TASKS}?group=crontab`)
  expect(tasks.map(({ command }) => command)).toEqual(['/bin/one'])
  await page.getByRole('row').filter({ hasText: 'Imported.' }).getByRole('link').click()
  await page.getByRole('heading', { name: tasks[0]!.name }).waitFor()
  expect(trouble).toEqual([])
})

test('an import is taken back: its new tasks go, and what was there stays', async () => {
  const lines = Array.from({ length: 20 }, (_, at) => `${at} 3 * * * /usr/bin/undo${at}.sh\n`)
  const { page, trouble } = await openInterface(server, '/tasks/import')
  const importing = async (text: string, count: RegExp) => {
    await page.getByLabel('Crontab', { exact: true }).fill(text)
    await page.getByRole('button', { name: count }).click()
  }
  const total = async () => (await server.ask<{ total: number }>('GET', `${TASKS}?q=undo`)).total
  await importing(lines.slice(0, 2).join(''), /Import 2 tasks/)
  await page.getByText('2 imported').waitFor()
  await importing(lines.join(''), /Import 20 tasks/)
  await page.getByText('18 imported').waitFor()
  expect(await total()).toBe(20)
  await page.getByRole('button', { name: 'Undo: remove 18 new tasks' }).click()
  await eventually('the two that were there', 10_000, async () => (await total()) === 2)
  await page.getByRole('button', { name: 'Undo: remove' }).waitFor({ state: 'detached' })
  expect(trouble).toEqual([])
})

test('what is no crontab is refused before anything happens', async () => {
  const { page } = await openInterface(server, '/tasks/import')
  await page.getByLabel('Crontab', { exact: true }).fill('#!/bin/sh\nset -e\nif true; then\n  ls\nfi\n')
  await page.getByText('This is not a crontab').waitFor()
  expect(await page.getByRole('button', { name: /^Import 0/ }).isDisabled()).toBe(true)
})
