import { expect, test } from 'vitest'
import { toTree } from './group-tree.ts'

test('names become a tree by their slashes', () => {
  const names = ['b/x/y', 'a', 'b', 'b/x']
  const tree = toTree(names.map((name) => ({ name, total: 1 })))
  expect(tree.map(({ name }) => name)).toEqual(['a', 'b'])
  expect(tree[1]?.children[0]).toMatchObject({ label: 'x', children: [{ label: 'y', name: 'b/x/y' }] })
})

test('a group whose level above is not given stands at the top under its whole name', () => {
  expect(toTree([{ name: 'a/b', total: 2 }])[0]).toMatchObject({ label: 'a/b' })
})
