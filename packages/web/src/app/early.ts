/**
 * Runs before the rest of the code has come (vite.config.ts gives it a file of its own): who is signed in, and what the
 * overview shows, is asked for beside the code. Who is not signed in is asked nothing more.
 */
import { askAhead, openStreamAhead } from '../api/ahead.ts'
import { withTenant } from '../api/tenant.ts'
import { IDENTITY } from '../ground/identity-question.ts'
import { LIVE_EVENTS, LIVE_URL } from '../ground/live-url.ts'
import { OVERVIEW } from '../pages/overview/overview-questions.ts'
import { setSchemeEarly } from '../theme/early-scheme.ts'

setSchemeEarly()

void askAhead(IDENTITY).then(
  ({ ok }) => {
    if (!ok || location.pathname !== '/') return
    openStreamAhead(withTenant(LIVE_URL), LIVE_EVENTS)
    for (const question of Object.values(OVERVIEW)) void askAhead(question)
  },
  // The page asks again, and says what is wrong.
  () => {},
)
