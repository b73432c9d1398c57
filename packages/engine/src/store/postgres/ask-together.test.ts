import { expect, test } from 'vitest'
import { askTogether } from './ask-together.ts'

test('what is asked in one turn is asked together, and each has its own answer', async () => {
  const asked: (readonly number[])[] = []
  const ask = askTogether<number, number>(async (numbers) => {
    asked.push(numbers)
    return (number) => number * 2
  })
  expect(await Promise.all([1, 2, 3].map(ask))).toEqual([2, 4, 6])
  expect(asked).toEqual([[1, 2, 3]])
})

test('while a statement is under way the others gather', async () => {
  const asked: (readonly number[])[] = []
  const ends: (() => void)[] = []
  const ask = askTogether<number, number>(async (numbers) => {
    asked.push(numbers)
    await new Promise<void>((resolve) => ends.push(resolve))
    return (number) => number
  })
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  const answers = []
  for (const number of [1, 2, 3]) {
    answers.push(ask(number))
    await turn()
  }
  expect(asked).toEqual([[1]])
  ends[0]!()
  await turn()
  expect(asked).toEqual([[1], [2, 3]])
  ends[1]!()
  expect(await Promise.all(answers)).toEqual([1, 2, 3])
})

test('who asked together hears of the failure together, and the next are asked again', async () => {
  let turns = 0
  const ask = askTogether<number, number>(async () => {
    if (++turns === 1) throw new Error('away')
    return (number) => number
  })
  const failed = await Promise.allSettled([ask(1), ask(2)])
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await ask(3)).toBe(3)
})
