import { tokenColour } from '../../theme/token-colour.ts'

/** The tokens that charts draw with, as they are in the current scheme. */
export interface ChartColours {
  ink: string
  inkDim: string
  line: string
  surface: string
  success: string
  failed: string
  late: string
  running: string
  skipped: string
  accent: string
  accentSoft: string
  failedSoft: string
  font: string
}

export function chartColours(): ChartColours {
  return {
    ink: tokenColour('ink'),
    inkDim: tokenColour('ink-dim'),
    line: tokenColour('line'),
    surface: tokenColour('raised'),
    success: tokenColour('success'),
    failed: tokenColour('failed'),
    late: tokenColour('late'),
    running: tokenColour('running'),
    skipped: tokenColour('skipped'),
    accent: tokenColour('accent'),
    accentSoft: tokenColour('accent-soft'),
    failedSoft: tokenColour('failed-soft'),
    font: tokenColour('rota-font'),
  }
}
