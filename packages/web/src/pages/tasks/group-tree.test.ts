import { describe, expect, test } from 'vitest'
import { moveOf, rowsOf, toTree } from './group-tree.ts'

test('names become a tree by their slashes', () => {
  const names = ['b/x/y', 'a', 'b', 'b/x']
  const tree = toTree(names.map((name) => ({ name, total: 1 })))
  expect(tree.map(({ name }) => name)).toEqual(['a', 'b'])
  expect(tree[1]?.children[0]).toMatchObject({ label: 'x', children: [{ label: 'y', name: 'b/x/y' }] })
})

test('a group whose level above is not given stands at the top under its whole name', () => {
  expect(toTree([{ name: 'a/b', total: 2 }])[0]).toMatchObject({ label: 'a/b' })
})

describe('a tree of groups', () => {
  const tree = toTree(['a', 'a/x', 'a/x/1', 'a/y', 'b', 'beta'].map((name) => ({ name, total: 1 })))
  const labels = (folded: string[]) => rowsOf(tree, new Set(folded)).map(({ node }) => node.name)

  test('hides what is in a folded group, and says where each row stands', () => {
    expect(labels([])).toEqual(['a', 'a/x', 'a/x/1', 'a/y', 'b', 'beta'])
    expect(labels(['a/x'])).toEqual(['a', 'a/x', 'a/y', 'b', 'beta'])
    expect(labels(['a'])).toEqual(['a', 'b', 'beta'])
    expect(rowsOf(tree, new Set())[3]).toMatchObject({ level: 2, place: 2, siblings: 2, parent: 'a', isExpanded: null })
  })

  test('is gone through by keys', () => {
    const rows = rowsOf(tree, new Set(['a/x']))
    const move = (key: string, at: number, typed = key) => moveOf(key, { rows, at, typed })
    expect(move('ArrowDown', 0)).toEqual({ to: 1 })
    expect(move('ArrowDown', 4)).toEqual({ to: 4 })
    expect(move('ArrowUp', 0)).toEqual({ to: 0 })
    expect([move('Home', 3), move('End', 0)]).toEqual([{ to: 0 }, { to: 4 }])
    expect(move('ArrowRight', 1)).toEqual({ unfold: 'a/x' })
    expect(move('ArrowRight', 0)).toEqual({ to: 1 })
    expect(move('ArrowRight', 3)).toBeNull()
    expect(move('ArrowLeft', 0)).toEqual({ fold: 'a' })
    expect(move('ArrowLeft', 1)).toEqual({ to: 0 })
    expect(move('ArrowLeft', 3)).toBeNull()
    expect([move('b', 0), move('b', 3), move('e', 3, 'be'), move('z', 0)]).toEqual([
      { to: 3 },
      { to: 4 },
      { to: 4 },
      null,
    ])
    expect(move('Tab', 0)).toBeNull()
  })
})
