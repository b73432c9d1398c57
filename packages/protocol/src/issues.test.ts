import { RotaError } from '@rota/core'
import { expect, test } from 'vitest'
import { config, executionQuery, parse, previewInput, taskChanges, taskInput } from './index.ts'

function errorsOf(act: () => unknown) {
  try {
    act()
  } catch (error) {
    if (RotaError.is(error)) return error.errors
    throw error
  }
  return []
}

test('an unknown field is named with the nearest right one', () => {
  expect(errorsOf(() => parse(taskInput, { name: 'x', type: 'shell', comand: 'ls' }))).toEqual([
    { path: 'comand', message: 'is not a known field; did you mean "command"?', suggestion: 'command' },
  ])
  expect(errorsOf(() => parse(taskInput, { name: 'x', type: 'shell', retry: { max_attemps: 3 } }))).toEqual([
    {
      path: 'retry.max_attemps',
      message: 'is not a known field; did you mean "max_attempts"?',
      suggestion: 'max_attempts',
    },
  ])
})

test('every wrong field is reported at once', () => {
  expect(errorsOf(() => parse(taskInput, { type: 4, timeout_seconds: 0, tags: 'x' }))).toEqual([
    { path: 'name', message: 'is required.' },
    { path: 'tags', message: 'must be an array, not a string.' },
    { path: 'type', message: 'must be a string, not a number.' },
    { path: 'timeout_seconds', message: 'must be more than 0.' },
  ])
})

test('of a union the branch that was meant is reported', () => {
  const schedule = (rule: unknown) => errorsOf(() => parse(previewInput, { schedule: rule }))
  expect(schedule({ type: 'dialy', time: '02:00' })).toEqual([
    {
      path: 'schedule.type',
      message: expect.stringContaining('did you mean "daily"?'),
      suggestion: 'daily',
    },
  ])
  expect(schedule({ type: 'interval', evry: 5, unit: 'minutes' })).toEqual([
    { path: 'schedule.every', message: 'is required.' },
    { path: 'schedule.evry', message: 'is not a known field; did you mean "every"?', suggestion: 'every' },
  ])
  expect(schedule(7)).toEqual([{ path: 'schedule', message: 'must be a string or an object, not a number.' }])
})

test('a changed task keeps what is not named: no default sneaks in', () => {
  expect(parse(taskChanges, { command: 'ls' })).toEqual({ command: 'ls' })
})

test('several statuses may be asked for with commas, and nothing else', () => {
  expect(parse(executionQuery, { status: 'failed,cancelled' }).status).toBe('failed,cancelled')
  expect(errorsOf(() => parse(executionQuery, { status: 'failed,broken' }))).toHaveLength(1)
})

test('an empty configuration is complete', () => {
  const filled = parse(config, {})
  expect(filled).toMatchObject({ port: 7070, host: '127.0.0.1', http: { body_limit_bytes: 1_048_576 } })
  expect(errorsOf(() => parse(config, { htpp: {} }))[0]).toMatchObject({ path: 'htpp', suggestion: 'http' })
})
