import './app/early.ts'
import './theme/tokens.css'
import './theme/first-styles.ts'
import './theme/base.css'
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { lazy, StrictMode, Suspense } from 'react'
import { createRoot } from 'react-dom/client'
import { Gate } from './app/gate.tsx'
import { router } from './app/router.tsx'
import { adoptAhead } from './ground/adopt-ahead.ts'
import { queryClient } from './ground/query-client.ts'
import { startWords } from './i18n/i18n.ts'
import { cssVariables, theme } from './theme/theme.ts'

const Notifications = lazy(async () => ({ default: (await import('@mantine/notifications')).Notifications }))

startWords()
adoptAhead(queryClient)
// Beside the question who is signed in. A router that is drawn before it knows where it is suspends, and React shows
// what was suspended three tenths of a second later.
void router.load()

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <Suspense fallback={null}>
          <Notifications position="bottom-right" />
        </Suspense>
        <Gate>
          <RouterProvider router={router} />
        </Gate>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)
