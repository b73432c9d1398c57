import type { ThingSample } from '../sample.ts'

const settings: ThingSample = {
  async fill(server) {
    const ada = { username: 'ada', display_name: 'Ada Lovelace', password: 'an analytical engine', role: 'editor' }
    await server.ask('POST', '/api/scheduler/users', ada)
    await server.ask('POST', '/api/scheduler/tokens', { name: 'ci', role: 'operator', expires_in_days: 30 })
  },
  pages: [
    { name: 'settings-account', path: '/settings' },
    { name: 'settings-system', path: '/settings?tab=system' },
    { name: 'settings-tokens', path: '/settings?tab=tokens' },
    { name: 'settings-users', path: '/settings?tab=users' },
    { name: 'settings-config', path: '/settings?tab=config' },
  ],
}

export default settings
