import { useSyncExternalStore } from 'react'

/** How much room there is: a phone in one hand, a tablet or half a screen, a desk, where the rail has room for words. */
export type Width = 'phone' | 'tablet' | 'desk'

const PHONE = matchMedia('(max-width: 640px)')
const TABLET = matchMedia('(max-width: 1240px)')

function subscribe(listener: () => void): () => void {
  PHONE.addEventListener('change', listener)
  TABLET.addEventListener('change', listener)
  return () => {
    PHONE.removeEventListener('change', listener)
    TABLET.removeEventListener('change', listener)
  }
}

export function useWidth(): Width {
  return useSyncExternalStore(subscribe, () => (PHONE.matches ? 'phone' : TABLET.matches ? 'tablet' : 'desk'))
}
