import type { ThingSample } from '../sample.ts'

const settings: ThingSample = {
  async fill(server) {
    await server.ask('POST', '/api/scheduler/tokens', { name: 'ci', role: 'operator', expires_in_days: 30 })
  },
  pages: [
    { name: 'settings-account', path: '/settings' },
    { name: 'settings-system', path: '/settings?tab=system' },
    { name: 'settings-tokens', path: '/settings?tab=tokens' },
    { name: 'settings-config', path: '/settings?tab=config' },
  ],
}

export default settings
