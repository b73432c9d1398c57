import { describe, expect, test } from 'vitest'
import { RotaError } from '../errors.ts'
import { checkOverrides, type RunOverrides } from './check-overrides.ts'

const TASK = {
  params: { args: ['full', 3], kwargs: { day: 'today', deep: { a: 1 } } },
  env: { MODE: 'safe', PATH: '/opt/bin', BASH_ENV: '/opt/rc' },
  priority: 2,
}

function answer(overrides: RunOverrides, mayEdit: boolean, argsProblem: string | null = null): string {
  try {
    checkOverrides(TASK, overrides, { mayEdit, argsProblem })
    return 'ok'
  } catch (error) {
    if (!RotaError.is(error)) throw error
    return `${error.code} ${error.errors.map(({ path }) => path).join(' ')}`
  }
}

describe('who may only execute', () => {
  test.each<[string, RunOverrides, string]>([
    ['nothing', {}, 'ok'],
    ['empty fields', { params: { args: [], kwargs: {} }, env: {} }, 'ok'],
    ['a declared kwarg', { params: { kwargs: { day: 'x' } } }, 'ok'],
    ['another kwarg', { params: { kwargs: { day: 'x', year: 1 } } }, 'forbidden params.kwargs.year'],
    ['a kwarg of every object', { params: { kwargs: { toString: 1 } } }, 'forbidden params.kwargs.toString'],
    ['fewer arguments', { params: { args: ['part'] } }, 'ok'],
    ['as many arguments', { params: { args: ['part', 4] } }, 'ok'],
    ['more arguments', { params: { args: ['full', 3, 'x'] } }, 'forbidden params.args'],
    ['a declared variable', { env: { MODE: 'fast' } }, 'ok'],
    ['another variable', { env: { MODEL: 'fast' } }, 'forbidden env.MODEL'],
    ['a declared variable that a shell reads', { env: { BASH_ENV: '/tmp/x' } }, 'invalid env.BASH_ENV'],
    ['an undeclared one', { env: { LD_PRELOAD: '/tmp/x' } }, 'forbidden env.LD_PRELOAD env.LD_PRELOAD'],
    ['what the task says already', { env: { PATH: '/opt/bin' }, priority: 2 }, 'ok'],
    ['another priority', { priority: 9 }, 'forbidden priority'],
    ['a variable of Rota', { env: { ROTA_TASK_ID: 'x' } }, 'forbidden env.ROTA_TASK_ID env.ROTA_TASK_ID'],
  ])('sets %s', (_, overrides, expected) => {
    expect(answer(overrides, false)).toBe(expected)
  })

  test('chooses no arguments that an interpreter may read, though the same as the task’s are no choice', () => {
    expect(answer({ params: { args: ['-f', '/tmp/x'] } }, false, 'no')).toBe('forbidden params.args')
    expect(answer({ params: { args: ['full', 3] } }, false, 'no')).toBe('ok')
    expect(answer({ params: { args: ['-f', '/tmp/x'] } }, true, 'no')).toBe('ok')
  })
})

describe('who may edit', () => {
  test.each<[string, RunOverrides, string]>([
    ['any kwarg', { params: { kwargs: { year: 1 } } }, 'ok'],
    ['any number of arguments', { params: { args: [1, 2, 3, 4] } }, 'ok'],
    ['a variable of the program’s own', { env: { MODEL: 'fast' } }, 'ok'],
    ['another priority', { priority: 9 }, 'ok'],
    ['a variable that a loader reads', { env: { LD_PRELOAD: '/tmp/x' } }, 'invalid env.LD_PRELOAD'],
    ['the search path, though the task has one', { env: { PATH: '/tmp' } }, 'invalid env.PATH'],
    ['a variable of Rota', { env: { ROTA_TASK_ID: 'x' } }, 'invalid env.ROTA_TASK_ID'],
    ['a name that no process can be given', { env: { 'A-B': 'x' } }, 'invalid env.A-B'],
    ['a NUL', { env: { MODE: 'a\0b' } }, 'invalid env.MODE'],
    ['a priority beyond all', { priority: 1_000_001 }, 'invalid priority'],
    ['more arguments than a program takes', { params: { args: Array(1_001).fill(1) } }, 'invalid params.args'],
    ['more than fits', { env: { MODE: 'x'.repeat(200_000) } }, 'invalid env'],
  ])('sets %s', (_, overrides, expected) => {
    expect(answer(overrides, true)).toBe(expected)
  })
})
