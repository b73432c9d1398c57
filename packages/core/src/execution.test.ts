import { expect, test } from 'vitest'
import { canTransition, type ExecutionStatus, isFinal } from './execution.ts'

const ALL: readonly ExecutionStatus[] = ['pending', 'running', 'success', 'failed', 'cancelled', 'skipped']
const FINAL: readonly ExecutionStatus[] = ['success', 'failed', 'cancelled', 'skipped']

test('what has ended stays as it is', () => {
  expect(ALL.filter(isFinal)).toEqual(FINAL)
  for (const from of FINAL) for (const to of ALL) expect(canTransition(from, to), `${from} to ${to}`).toBe(false)
})

test('only what has begun can succeed, and only what has not begun can be skipped', () => {
  expect(ALL.filter((from) => canTransition(from, 'success'))).toEqual(['running'])
  expect(ALL.filter((from) => canTransition(from, 'skipped'))).toEqual(['pending'])
})

test('a retry takes a running execution back to the pending ones', () => {
  expect(ALL.filter((from) => canTransition(from, 'pending'))).toEqual(['running'])
})

test('every live status can end', () => {
  for (const from of ['pending', 'running'] as const) {
    expect(canTransition(from, 'failed')).toBe(true)
    expect(canTransition(from, 'cancelled')).toBe(true)
  }
})
