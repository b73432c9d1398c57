import { expect, test } from 'vitest'
import { toPixel } from './palette.ts'

test('a pixel holds red, green, blue and opacity in this order of bytes', () => {
  expect([...new Uint8Array(Uint32Array.of(toPixel('#0b7a5f', 0xff)).buffer)]).toEqual([0x0b, 0x7a, 0x5f, 0xff])
})
