import { cleanUp, ServerProcess } from '@rota/testkit/cluster'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { closeBrowser, closePages, openInterface, signIn } from './browser.ts'
import { tabTo } from './keyboard.ts'

interface Task {
  id: string
  name: string
  version: number
  command?: string
  priority?: number
  description?: string
  schedule: string | null
  schedule_rule: unknown
}

let server: ServerProcess
const TASKS = '/api/scheduler/tasks'

beforeAll(async () => {
  server = await new ServerProcess({ env: { ROTA_EXAMPLES: 'false' } }).start()
})

afterEach(closePages)

afterAll(async () => {
  await closeBrowser()
  await cleanUp()
})

const makeTask = (input: object) => server.ask<Task>('POST', TASKS, { type: 'shell', command: 'true', ...input })
const readTask = (id: string) => server.ask<Task>('GET', `${TASKS}/${id}`)

async function named(name: string): Promise<Task | undefined> {
  const { tasks } = await server.ask<{ tasks: Task[] }>('GET', `${TASKS}?q=${encodeURIComponent(name)}`)
  return tasks.find((task) => task.name === name)
}

/** The code of the first editor on the page, replaced. */
async function writeCode(page: Page, code: string): Promise<void> {
  await page.locator('.cm-content').first().click()
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText(code)
}

async function checked(page: Page): Promise<void> {
  await page.locator('[data-testid=faults]:not([data-checking])').waitFor()
}

test('a scheduled task is made by keyboard alone, from the list to its page', async () => {
  const { page, trouble } = await openInterface(server, '/tasks')
  await tabTo(page, 'New task')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'New task' }).waitFor()
  await page.getByLabel('Name').waitFor()
  await page.keyboard.type('Made by keyboard')
  await tabTo(page, 'Group')
  await page.keyboard.type('keys/only')
  await page.keyboard.press('Escape')
  await tabTo(page, 'Command')
  await page.keyboard.type('echo typed')
  await tabTo(page, 'Daily')
  await page.keyboard.press('ArrowRight')
  await tabTo(page, 'Sat')
  await page.keyboard.press('Space')
  await page.getByText('Monday to Saturday at 02:00').waitFor()
  await tabTo(page, 'Times of day')
  await page.keyboard.type('1830')
  await page.keyboard.press('Enter')
  await page.getByText('Monday to Saturday at 02:00 and 18:30').waitFor()
  await checked(page)
  await page.keyboard.press('Control+s')
  await page.getByRole('heading', { name: 'Made by keyboard' }).waitFor()
  expect(await named('Made by keyboard')).toMatchObject({
    group: 'keys/only',
    command: 'echo typed',
    schedule: expect.stringMatching(/^0 2 .*1-6|MON-SAT/),
  })
  expect(trouble).toEqual([])
})

test('the server’s findings stand at their fields while one types, in the code too, and go when mended', async () => {
  const { page } = await openInterface(server, '/tasks/new')
  await page.getByText('Python', { exact: true }).click()
  await writeCode(page, 'def broken(:\n    pass')
  await page
    .getByRole('alert')
    .getByText(/Python syntax error in line 1/)
    .waitFor()
  await page.locator('.cm-lintRange-error').waitFor()
  await page.getByText('Cron', { exact: true }).click()
  await page.getByLabel('Cron expression').fill('0 9 * * mno')
  await page
    .getByText(/"mno" means nothing in the day-of-week field/)
    .first()
    .waitFor()
  await page.locator('dl [data-fault]').getByText('Weekday').waitFor()
  await page.getByRole('button', { name: 'Use 0 9 * * mon' }).click()
  await page.getByText('Every Monday at 09:00').waitFor()
  await writeCode(page, 'print("fine")')
  await page.locator('.cm-lintRange-error').waitFor({ state: 'detached' })
  // The name is still missing: asked for when it is to be saved, not before.
  expect(await page.getByText('Give the task a name').count()).toBe(0)
  await page.getByRole('button', { name: /Create task/ }).click()
  await page.getByText('Give the task a name').first().waitFor()
})

describe('the schedule builder says at once what is chosen', () => {
  const zoned = async (page: Page) =>
    page.getByRole('combobox', { name: 'Time zone', exact: true }).fill('Europe/Berlin')
  const kinds: [kind: string, act: (page: Page) => Promise<unknown>, words: string | RegExp, cron: string | null][] = [
    ['Interval', (page) => page.getByLabel('Every', { exact: true }).fill('20'), 'Every 20 minutes', null],
    ['Daily', async () => undefined, 'Every day at 02:00', '0 2 * * *'],
    ['Weekly', (page) => page.getByRole('button', { name: 'Weekend' }).click(), /Saturday and Sunday at 02:00/, null],
    ['Monthly', (page) => page.getByRole('button', { name: 'Last day' }).click(), /last day of every month/, null],
    ['Cron', (page) => page.getByLabel('Cron expression').fill('H/15 8-18 * * MON-FRI'), /08:00|8:00|between/i, null],
    ['Once', (page) => page.getByLabel('At', { exact: true }).fill('2031-05-06T07:08:09'), /2031-05-06/, null],
    ['Manual', async () => undefined, /by hand/, null],
  ]
  test('whatever its kind', async () => {
    const { page } = await openInterface(server, '/tasks/new')
    await zoned(page)
    const aside = page.locator('aside')
    for (const [kind, act, words, cron] of kinds) {
      await page.getByText(kind, { exact: true }).click()
      await act(page)
      await aside.getByText(words).first().waitFor()
      if (cron !== null) await aside.getByText(cron, { exact: true }).waitFor()
    }
  })

  test('the last Friday of a month, several times, in a zone whose clock changes', async () => {
    const { page } = await openInterface(server, '/tasks/new')
    await zoned(page)
    await page.getByText('Monthly', { exact: true }).click()
    await page.getByText('On a weekday', { exact: true }).click()
    await page.locator('aside').getByText('On the last Friday of every month at 02:00').waitFor()
    await page.getByText('Daily', { exact: true }).click()
    await page.getByRole('combobox', { name: 'Times of day' }).fill('230')
    await page.keyboard.press('Enter')
    await page
      .locator('aside')
      .getByText(/Every day at 02:00 and 02:30/)
      .waitFor()
    await page
      .locator('aside')
      .getByText(/the clocks in Europe\/Berlin go forward/)
      .first()
      .waitFor()
    // Both languages, and both zones.
    await page
      .locator('aside')
      .getByText(/每天 02:00/)
      .waitFor()
    await page.getByRole('columnheader', { name: 'In Europe/Berlin' }).waitFor()
  })

  test('several schedules, each with its own zone, are saved as they are shown', async () => {
    const { page } = await openInterface(server, '/tasks/new')
    await page.getByLabel('Name').fill('Two rhythms')
    await writeCode(page, 'true')
    await page.getByRole('button', { name: 'Add another schedule' }).click()
    await page.getByRole('combobox', { name: 'Zone of this schedule' }).nth(1).fill('Asia/Tokyo')
    await page.locator('aside').getByRole('row').nth(2).waitFor()
    await checked(page)
    await page.getByRole('button', { name: /Create task/ }).click()
    await page.getByRole('heading', { name: 'Two rhythms' }).waitFor()
    const task = (await named('Two rhythms')) as Task & { schedules: { timezone: string | null }[] }
    expect(task.schedules.map(({ timezone }) => timezone)).toEqual([null, 'Asia/Tokyo'])
  })
})

describe('form and YAML', () => {
  test('are two sights of one task: nothing is lost from one to the other', async () => {
    const { id } = await makeTask({
      name: 'Both ways',
      env: { A: '1' },
      retry: { max_attempts: 4 },
      schedule: { type: 'daily', times: ['03:00'] },
    })
    const before = await readTask(id)
    const { page } = await openInterface(server, `/tasks/${id}/edit?tab=yaml`)
    await page.locator('.cm-content').getByText('max_attempts: 4').waitFor()
    await page.getByText('Form', { exact: true }).click()
    await page.getByLabel('Name').fill('Both ways round')
    await page.getByText('YAML', { exact: true }).click()
    await page.locator('.cm-content').getByText('name: Both ways round').waitFor()
    await page.getByRole('button', { name: /^Save/ }).click()
    await page.getByRole('heading', { name: 'Both ways round' }).waitFor()
    const {
      version: _version,
      name: _name,
      updated_at: _at,
      ...rest
    } = (await readTask(id)) as Task & { updated_at: string }
    expect(before).toMatchObject(rest)
  })

  test('text that is no task stays, says its line, and keeps the form away until it is mended', async () => {
    const { page } = await openInterface(server, '/tasks/new?tab=yaml')
    await writeCode(page, 'name: Broken\ntags: [a\n')
    await page
      .getByRole('alert')
      .getByText(/Line \d:/)
      .waitFor()
    expect(await page.getByRole('radio', { name: 'Form' }).isDisabled()).toBe(true)
    await page.locator('.cm-content').getByText('name: Broken').waitFor()
    await writeCode(page, 'name: Mended\ntype: shell\ncommand: "true"\n')
    await page.getByText('Form', { exact: true }).click()
    expect(await page.getByLabel('Name').inputValue()).toBe('Mended')
  })
})

test('a new schedule is seen beside the old one before it is saved', async () => {
  const { id } = await makeTask({ name: 'Compared', schedule: '0 2 * * *', timezone: 'UTC' })
  const { page } = await openInterface(server, `/tasks/${id}/edit`)
  await page.getByLabel('Cron expression').fill('0 2 * * MON')
  const rows = page.getByTestId('comparison').getByRole('row')
  await page.getByTestId('comparison').locator('[data-change=removed]').first().waitFor()
  expect(await rows.count()).toBeGreaterThan(5)
  expect(await page.getByTestId('comparison').locator('[data-change=added]').count()).toBe(0)
})

test('what somebody else has changed meanwhile is shown, and both changes can be kept', async () => {
  const { id } = await makeTask({ name: 'Contested', priority: 1 })
  const { page } = await openInterface(server, `/tasks/${id}/edit`)
  await writeCode(page, 'echo mine')
  await page.getByText('Limits and overlap').click()
  await page.getByRole('textbox', { name: 'Priority' }).fill('7')
  await server.ask('PATCH', `${TASKS}/${id}`, { priority: 3, description: 'theirs' })
  await checked(page)
  await page.getByRole('button', { name: /^Save/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Somebody else has changed this task').waitFor()
  await dialog.getByRole('row', { name: /description.*theirs/ }).waitFor()
  await dialog.getByText('Theirs', { exact: true }).last().click()
  await dialog.getByRole('button', { name: 'Save with these choices' }).click()
  await page.getByRole('heading', { name: 'Contested' }).waitFor()
  expect(await readTask(id)).toMatchObject({ command: 'echo mine', priority: 3, description: 'theirs' })
})

describe('unsaved work', () => {
  test('is asked about before it is left, and gone only when one says so', async () => {
    const { page } = await openInterface(server, '/tasks/new')
    await page.getByLabel('Name').fill('Not yet')
    await page.getByRole('link', { name: 'Executions' }).click()
    await page.getByRole('dialog').getByText('Leave without saving?').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    expect(await page.getByLabel('Name').inputValue()).toBe('Not yet')
    await page.getByRole('link', { name: 'Executions' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click()
    await page.getByRole('heading', { name: 'Executions', exact: true }).waitFor()
    await page.goto(`${server.url}/tasks/new`)
    await page.getByLabel('Name').waitFor()
    expect(await page.getByLabel('Name').inputValue()).toBe('')
  })

  test('survives a reload', async () => {
    const { page } = await openInterface(server, '/tasks/new')
    await page.getByLabel('Name').fill('Survivor')
    await writeCode(page, 'echo still here')
    await checked(page)
    page.on('dialog', (dialog) => void dialog.accept())
    await page.reload()
    await page.getByText(/Your unsaved changes from .* are back/).waitFor()
    expect(await page.getByLabel('Name').inputValue()).toBe('Survivor')
    await page.locator('.cm-content').getByText('echo still here').waitFor()
    await page.getByRole('button', { name: 'Discard them' }).click()
    expect(await page.getByLabel('Name').inputValue()).toBe('')
  })

  test('survives the end of the session: one signs in over it and saves', async () => {
    const { page, context } = await openInterface(server, '/tasks/new')
    await page.getByLabel('Name').fill('Long thought')
    // Or the check of the name finds the session ended, and the dialog takes the focus from who is typing the code.
    await checked(page)
    await context.clearCookies()
    await writeCode(page, 'echo later')
    await page.getByText('Your session has ended').waitFor()
    await page.getByRole('dialog').locator('input[autocomplete=current-password]').waitFor()
    await signIn(page)
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await checked(page)
    await page.getByRole('button', { name: /Create task/ }).click()
    await page.getByRole('heading', { name: 'Long thought' }).waitFor()
    expect(await named('Long thought')).toMatchObject({ command: 'echo later' })
  })
})
