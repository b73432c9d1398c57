import { useMemo } from 'react'
import { OUTCOMES } from '../subjects/execution/outcomes.ts'
import { useSchemeVersion } from '../theme/scheme.ts'
import { tokenColour } from '../theme/token-colour.ts'
import { BY_WEIGHT } from './columns.ts'

/** The colours of a ribbon, as text that a canvas understands. */
export interface Palette {
  /** By the number in `look`; the first one is never drawn. */
  looks: readonly string[]
  /** The same as pixels of a canvas's memory. */
  pixels: Uint32Array
  ground: string
  line: string
  lineStrong: string
  inkDim: string
  late: string
  now: string
  focus: string
  font: string
}

/** What comes is a promise: many ticks together must not outweigh what happened. */
const PLANNED_ALPHA = 0x66

/** `#rrggbb` as the bytes R, G, B, A in memory, as every machine that runs a browser orders them. */
export function toPixel(colour: string, alpha: number): number {
  const rgb = Number.parseInt(colour.slice(1), 16)
  const swapped = ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >> 16)
  return ((alpha << 24) | swapped) >>> 0
}

function readPalette(): Palette {
  const looks = BY_WEIGHT.map((outcome) => tokenColour(OUTCOMES[outcome].colour))
  const pixels = looks.map((colour, at) => toPixel(colour, BY_WEIGHT[at] === 'planned' ? PLANNED_ALPHA : 0xff))
  return {
    looks: ['transparent', ...looks],
    pixels: Uint32Array.of(0, ...pixels),
    ground: tokenColour('surface'),
    line: tokenColour('line'),
    lineStrong: tokenColour('line-strong'),
    inkDim: tokenColour('ink-dim'),
    late: tokenColour('late'),
    now: tokenColour('now'),
    focus: tokenColour('focus'),
    font: `11px ${tokenColour('rota-font')}`,
  }
}

/** Read from the tokens, anew when light and dark are exchanged. */
export function usePalette(): Palette {
  const scheme = useSchemeVersion()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the tokens have other values in the other scheme
  return useMemo(readPalette, [scheme])
}
