import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { cleanUp, ServerProcess, temporaryFolder } from '@rota/testkit/cluster'
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest'
import { closeBrowser, closePages, openInterface, openPage } from './browser.ts'

const ROOT = join(import.meta.dirname, '../..')
const NODE = join(ROOT, 'node_modules/node/bin/node')
const ROTA = process.env.E2E_ROTA ?? join(ROOT, 'packages/cli/src/main.ts')

let server: ServerProcess

beforeAll(async () => {
  server = await new ServerProcess({ env: { ROTA_EXAMPLES: 'false' } }).start()
})

afterEach(closePages)

afterAll(async () => {
  await closeBrowser()
  await cleanUp()
})

/** A node that has registered and says how it does, in requests. */
async function node(id: string, more: object = {}, usage: object = { cpu_usage: 12, memory_usage: 30 }) {
  await server.ask('POST', '/api/scheduler/nodes/register', { id, capacity: 4, types: ['shell'], ...more })
  await server.ask('POST', '/api/scheduler/nodes/heartbeat', { node_name: id, ...usage })
}

test('nodes are listed with how they do, found by filters, drained with a reason, and take work again', async () => {
  await node('alpha', { labels: { zone: 'a' } })
  await node('beta', { labels: { zone: 'b' } }, { cpu_usage: 98, memory_usage: 40 })
  const { page, trouble } = await openInterface(server, '/nodes', { width: 1440 })
  await page.getByRole('row', { name: /Ready alpha.*0 \/ 4.*12 %.*30 %/ }).waitFor()
  await page.getByRole('row', { name: /Degraded beta.*98 % of its processors/ }).waitFor()
  const filter = page.getByRole('combobox', { name: 'Filter' }).or(page.getByRole('textbox', { name: 'Filter' }))
  await filter.first().fill('selector:zone=a')
  await page.keyboard.press('Enter')
  await page.getByText('1 in total').waitFor()
  expect(new URL(page.url()).searchParams.get('selector')).toBe('zone=a')
  await page.getByRole('button', { name: 'Clear the filter' }).click()

  await page.getByRole('row', { name: /alpha/ }).getByRole('button', { name: 'Actions for alpha' }).click()
  await page.getByRole('menuitem', { name: 'Drain' }).click()
  await page.getByRole('dialog').getByLabel(/^Why/).fill('New disks')
  await page.getByRole('dialog').getByRole('button', { name: 'Drain' }).click()
  await page.getByRole('row', { name: /Draining alpha.*New disks/ }).waitFor()
  await page.getByRole('row', { name: /alpha/ }).click()
  await page.getByRole('heading', { name: 'alpha' }).waitFor()
  await page.getByText('New disks').first().waitFor()
  await page.getByRole('tab', { name: 'Events' }).click()
  await page.getByRole('row', { name: /Draining.*New disks.*admin/ }).waitFor()
  await page.getByRole('button', { name: 'Take work again' }).click()
  await page.getByText('alpha takes work again.').waitFor()
  await page.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('heading', { name: 'Nodes' }).waitFor()
  await page.getByRole('row', { name: /beta/ }).waitFor()
  await page.getByRole('row', { name: /alpha/ }).waitFor({ state: 'detached' })
  expect(trouble).toEqual([])
})

test('"add a node" gives the command once, and says when the node has come', async () => {
  const { page, trouble } = await openInterface(server, '/nodes')
  await page.getByRole('button', { name: 'Add a node' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('rack 7')
  await dialog.getByLabel('Labels').fill('zone=c')
  await page.keyboard.press('Enter')
  await dialog.getByRole('button', { name: 'Make the command' }).click()
  await dialog.getByText('is shown only once').waitFor()
  const command = await dialog.locator('code').innerText()
  expect(command).toMatch(new RegExp(`^rota agent --server ${server.url} --token \\S+$`))
  await dialog.getByText('Waiting for the node…').waitFor()
  const token = command.split(' ').at(-1)
  const joined = await fetch(`${server.url}/api/scheduler/nodes/join`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, node: { id: 'gamma', capacity: 2 } }),
  })
  expect(joined.ok, await joined.text()).toBe(true)
  await dialog.getByRole('link', { name: 'gamma has joined' }).waitFor()
  await page.goto(`${server.url}/nodes?tab=joins`)
  await page.getByRole('row', { name: /^rack 7 zone=c used up/ }).waitFor()
  expect(trouble).toEqual([])
})

test('the command starts a real agent; what it runs is seen from the node, with its log and why it ran there', async () => {
  const { page, trouble } = await openInterface(server, '/nodes?add=1')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Make the command' }).click()
  const [, ...args] = (await dialog.locator('code').innerText()).split(' ')
  const agent = spawn(NODE, [ROTA, ...args, '--name', 'real', '--data', temporaryFolder()], {
    ...{ stdio: 'ignore', env: { PATH: process.env.PATH } },
  })
  onTestFinished(() => void agent.kill('SIGKILL'))
  await dialog.getByRole('link', { name: 'real has joined' }).waitFor()
  const { id } = await server.ask<{ id: string }>('POST', '/api/scheduler/tasks', {
    ...{ name: 'on the node', type: 'shell', command: 'echo greetings', schedule: { type: 'none' } },
    target: { kind: 'node', node_id: 'real', strategy: 'least_loaded' },
  })
  await server.ask('POST', `/api/scheduler/tasks/${id}/run`, {})
  await dialog.getByRole('link', { name: 'real has joined' }).click()
  await page.getByRole('heading', { name: 'real' }).waitFor()
  await page.getByRole('row', { name: /Success on the node/ }).click()
  await page.getByRole('log').getByText('greetings').waitFor()
  await page.getByRole('tab', { name: 'Where' }).click()
  await page.getByRole('row', { name: /^real chosen/ }).waitFor()
  await page.getByRole('row', { name: /^Taken by the node/ }).waitFor()
  await page.getByRole('row', { name: /^Done/ }).waitFor()
  expect(trouble).toEqual([])
})

test('a pool is made by labels, says who is in it, becomes one by hand, and is deleted', async () => {
  await node('delta', { labels: { disk: 'nvme' } })
  const { page, trouble } = await openInterface(server, '/nodes?tab=pools')
  await page.getByRole('button', { name: 'New pool' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('fast')
  await dialog.getByLabel('Label selector').fill('disk in (')
  await dialog.getByRole('button', { name: 'New pool' }).click()
  // What the server refuses stands at its field.
  await dialog.locator('[class*=error]').first().waitFor()
  await dialog.getByLabel('Label selector').fill('disk=nvme')
  await dialog.getByRole('button', { name: 'New pool' }).click()
  await page.getByRole('row', { name: /^fast.*By labels disk=nvme.*1 \/ 1.*delta/ }).waitFor()
  await page.getByRole('row', { name: /^fast/ }).getByRole('button', { name: 'Edit' }).click()
  await dialog.getByText('By hand').click()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('row', { name: /^fast.*By hand.*0 \/ 0/ }).waitFor()
  await page.getByRole('row', { name: /^fast/ }).getByRole('button', { name: 'Delete' }).click()
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await page.getByText('Pool fast deleted.').waitFor()
  expect(trouble).toEqual([])
})

test('a task is sent to a pool in the editor; its execution says why no node can have it', async () => {
  await node('epsilon', { labels: { disk: 'nvme' } })
  await server.ask('POST', '/api/scheduler/pools', { name: 'nvme', selector: 'disk=nvme' })
  const { id } = await server.ask<{ id: string }>('POST', '/api/scheduler/tasks', {
    ...{ name: 'far away', type: 'shell', command: 'true', schedule: { type: 'none' } },
  })
  const { page, trouble } = await openInterface(server, `/tasks/${id}/edit?section=where`)
  await page.getByText('On a node', { exact: true }).click()
  await page.getByRole('combobox', { name: 'Pool' }).fill('nvm')
  await page.getByRole('option', { name: 'nvme' }).click()
  await page.getByText(/nodes? match/).waitFor()
  await page.getByRole('combobox', { name: 'Service' }).fill('asr')
  await page.getByRole('button', { name: 'Save' }).first().click()
  await page.getByRole('link', { name: 'pool nvme · service asr' }).waitFor()
  const run = await server.ask<{ execution_id: string }>('POST', `/api/scheduler/tasks/${id}/run`, {})
  await page.goto(`${server.url}/executions/${run.execution_id}`)
  await page.getByRole('tab', { name: 'Where' }).click()
  await page.getByText('none yet').waitFor()
  await page.getByRole('row', { name: /^epsilon lacks the service/ }).waitFor()
  expect(trouble).toEqual([])
})

test('who may only look is offered nothing to do with nodes', async () => {
  await node('zeta')
  const password = 'an unguessable one'
  await server.ask('POST', '/api/scheduler/users', { username: 'vera', password, role: 'viewer' })
  const { page } = await openPage()
  await page.goto(`${server.url}/nodes/zeta`)
  await page.locator('input[autocomplete=username]').fill('vera')
  await page.locator('input[autocomplete=current-password]').fill(password)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'zeta' }).waitFor()
  for (const name of ['Drain', 'Remove']) expect(await page.getByRole('button', { name }).count()).toBe(0)
  await page.goto(`${server.url}/nodes`)
  await page.getByRole('row', { name: /zeta/ }).waitFor()
  expect(await page.getByRole('button', { name: 'Add a node' }).count()).toBe(0)
  expect(await page.getByRole('tab', { name: 'Join tokens' }).count()).toBe(0)
})
