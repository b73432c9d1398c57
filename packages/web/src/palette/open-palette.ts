type Listener = () => void
const listeners = new Set<Listener>()

/** Asks the command palette to appear, from wherever; the palette itself is loaded at that moment. */
export function openPalette(): void {
  for (const listener of listeners) listener()
}

export function onOpenPalette(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
