import { expect, test } from 'vitest'
import { toCsv } from './csv.ts'

const body = (text: string) => text.slice(1)

test('rows end with CRLF, and what has commas, quotes or line breaks is quoted', () => {
  expect(body(toCsv(['a', 'b'], [['x,y', 'say "hi"\nthere']]))).toBe('a,b\r\n"x,y","say ""hi""\nthere"\r\n')
})

test('text that a spreadsheet would run is told to be text', () => {
  for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1']) {
    expect(body(toCsv(['a'], [[text]]))).toContain(`'${text}`)
  }
})

test('numbers stay numbers, also negative ones, and nothing is an empty cell', () => {
  expect(body(toCsv(['a', 'b', 'c'], [[-1.5, null, Number.NaN]]))).toBe('a,b,c\r\n-1.5,,\r\n')
})

test('the file says that it is UTF-8', () => {
  expect(toCsv(['任务'], []).charCodeAt(0)).toBe(0xfeff)
})
