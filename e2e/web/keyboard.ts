import type { Page } from 'playwright-core'

const MOST_PRESSES = 120

/** Goes on by Tab until the focus is on what has this name, as a person without a mouse does. */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const passed: string[] = []
  for (let press = 0; press < MOST_PRESSES; press++) {
    await page.keyboard.press('Tab')
    const focused = await focusedName(page)
    if (typeof name === 'string' ? focused === name : name.test(focused)) return
    passed.push(focused)
  }
  throw new Error(`Tab never came to ${name}. It passed: ${passed.join(' | ')}`)
}

/** What the focused element is called: its label, else its text. */
async function focusedName(page: Page): Promise<string> {
  return page.evaluate(() => {
    interface Focused {
      getAttribute(name: string): string | null
      labels?: { innerText: string }[]
      innerText?: string
    }
    const { document } = globalThis as unknown as { document: { activeElement: Focused | null } }
    const focused = document.activeElement
    if (focused === null) return ''
    const label = focused.getAttribute('aria-label') ?? focused.labels?.[0]?.innerText ?? focused.innerText ?? ''
    return label.replace(/\*$/, '').trim()
  })
}
