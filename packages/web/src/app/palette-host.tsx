import { useHotkeys } from '@mantine/hooks'
import { lazy, Suspense, useEffect, useState } from 'react'
import { loadWords } from '../i18n/i18n.ts'
import { onOpenPalette } from '../palette/open-palette.ts'
import { PLACES } from './places.ts'

const Palette = lazy(async () => {
  const [{ Palette: component }] = await Promise.all([import('../palette/palette.tsx'), loadWords()])
  return { default: component }
})

const LISTED = PLACES.filter((place) => place.section !== null)

/** Ctrl/⌘-K anywhere, also while typing; the palette's code comes with its first use. */
export function PaletteHost() {
  const [isOpen, setOpen] = useState(false)
  const [isWanted, setWanted] = useState(false)
  useEffect(
    () =>
      onOpenPalette(() => {
        setWanted(true)
        setOpen(true)
      }),
    [],
  )
  useHotkeys(
    [
      [
        'mod+K',
        () => {
          setWanted(true)
          setOpen((now) => !now)
        },
      ],
    ],
    [],
  )
  if (!isWanted) return null
  return (
    <Suspense fallback={null}>
      <Palette isOpen={isOpen} onClose={() => setOpen(false)} places={LISTED} />
    </Suspense>
  )
}
