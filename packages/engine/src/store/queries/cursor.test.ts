import { RotaError } from '@rota/core'
import { describe, expect, test } from 'vitest'
import { decodeCursor, encodeCursor } from './cursor.ts'

describe('a cursor', () => {
  test('comes back as it was, whatever text stands in it', () => {
    const values = ['Tägliche Sicherung "x" 每日', 0, -5, Number.MAX_SAFE_INTEGER]
    expect(decodeCursor(encodeCursor('tasks:name', values), 'tasks:name', 4)).toEqual(values)
  })

  test('fits into a URL', () => expect(encodeCursor('k', ['??>>~~', 3])).toMatch(/^[\w-]+$/))

  test('of another list, another order or another origin is invalid', () => {
    const foreign = [
      encodeCursor('tasks:updated_at', ['a', 1]),
      encodeCursor('tasks:name', ['a']),
      Buffer.from('["tasks:name",{"a":1},1]').toString('base64url'),
      Buffer.from('["tasks:name",1.5,1]').toString('base64url'),
      'not a cursor',
      '',
    ]
    for (const text of foreign) {
      const attempt = () => decodeCursor(text, 'tasks:name', 2)
      expect(attempt).toThrow(expect.toSatisfy((error) => RotaError.is(error) && error.code === 'invalid'))
    }
  })
})
