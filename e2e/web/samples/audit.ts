import type { ThingSample } from '../sample.ts'

const audit: ThingSample = {
  async fill(server) {
    const role = { name: 'auditor', description: 'Reads what was done', rights: { audit: ['manage'] } }
    await server.ask('POST', '/api/scheduler/roles', role)
    await server.ask('PATCH', '/api/scheduler/roles/auditor', { description: 'Reads what was done, by whom' })
  },
  pages: [{ name: 'audit', path: '/audit' }],
}

export default audit
