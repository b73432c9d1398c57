import { expect, test } from 'vitest'
import { ApiProblem } from '../../api/problem.ts'
import type { Problem } from '../../api/types.ts'
import { faultsAt, faultsOf, problemBeside } from './faults.ts'

function refusal(...paths: string[]): ApiProblem {
  const errors = paths.map((path) => ({ path, message: `${path} is wrong` }))
  return new ApiProblem(400, { errors } as unknown as Problem)
}

test('a fault belongs to its field and to those around it, not to one whose name begins alike', () => {
  const faults = faultsOf(refusal('retry.max_attempts', 'schedules[0].schedule', 'names'))
  expect(faultsAt(faults, 'retry').map(({ path }) => path)).toEqual(['retry.max_attempts'])
  expect(faultsAt(faults, 'schedules').map(({ path }) => path)).toEqual(['schedules[0].schedule'])
  expect(faultsAt(faults, 'name')).toEqual([])
})

test('a refusal that the fields tell whole is not said again beside them', () => {
  expect(problemBeside(refusal('name', 'scopes[1]'), ['name', 'scopes'])).toBeNull()
})

test('nothing is refused in silence: a fault of no field, or without any, is said beside them', () => {
  const other = refusal('name', 'tenant')
  expect(problemBeside(other, ['name'])).toBe(other)
  const offline = new ApiProblem(0, null)
  expect(problemBeside(offline, ['name'])).toBe(offline)
  expect(problemBeside(null, ['name'])).toBeNull()
})
