import { expect, test } from 'vitest'
import { STEEPEST, steepness } from './growth.ts'

/** Looks at each character so many times. */
function look(text: string, times: number): number {
  let seen = 0
  for (let time = 0; time < times; time++) for (let at = 0; at < text.length; at++) seen += text.charCodeAt(at)
  return seen
}

test('work that grows with its input is not steep, whatever little is done beside', async () => {
  expect(await steepness((scale) => look('x'.repeat(50_000 * scale), 100))).toBeLessThanOrEqual(STEEPEST)
})

test('work that grows with the square of its input is', async () => {
  expect(await steepness((scale) => look('x'.repeat(2_500 * scale), 2_500 * scale))).toBeGreaterThan(STEEPEST)
  const backtracking = /^(.*?)\s*$/
  expect(await steepness((scale) => backtracking.test(`x${' '.repeat(5_000 * scale)}x`))).toBeGreaterThan(STEEPEST)
}, 120_000)
