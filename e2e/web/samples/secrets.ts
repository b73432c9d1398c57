import type { ThingSample } from '../sample.ts'

const secrets: ThingSample = {
  async fill(server) {
    for (const [name, description] of [
      ['DB_PASSWORD', 'Of the nightly backup'],
      ['deploy.key', ''],
    ]) {
      await server.ask('POST', '/api/scheduler/secrets', { name, description, value: `sample of ${name}` })
    }
    const env = { PGPASSWORD: `\${secret:DB_PASSWORD}` }
    await server.ask('POST', '/api/scheduler/tasks', {
      name: 'dump with a secret',
      type: 'shell',
      command: 'true',
      env,
    })
  },
  pages: [{ name: 'secrets', path: '/secrets' }],
}

export default secrets
