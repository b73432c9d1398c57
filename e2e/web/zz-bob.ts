import { closeBrowser, openPage } from './browser.ts'
const url = 'http://127.0.0.1:7070'
const { page } = await openPage()
const bad: string[] = []
page.on('response', (r) => { if (r.status() >= 400) bad.push(`${r.status()} ${r.request().method()} ${r.url().replace(url, '')}`) })
await page.setViewportSize({ width: 1440, height: 900 })
await page.goto(url)
await page.locator('input[autocomplete=username]').fill('bob')
await page.locator('input[autocomplete=current-password]').fill('a long enough password')
await page.keyboard.press('Enter')
await page.waitForTimeout(2500)
for (const [name, path] of [['overview', '/'], ['tasks', '/tasks'], ['executions', '/executions'], ['timeline', '/timeline'], ['statistics', '/statistics'], ['settings', '/settings'], ['system', '/settings?tab=system'], ['tokens', '/settings?tab=tokens'], ['access', '/access']]) {
  bad.length = 0
  await page.goto(url + path); await page.waitForTimeout(1500)
  await page.screenshot({ path: `/tmp/acc/bob-${name}.png` })
  console.log(name, [...new Set(bad)].join(' | '))
}
await closeBrowser(); process.exit(0)
