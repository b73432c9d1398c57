import type { ThingSample } from '../sample.ts'

const TASK = { name: 'Pay salaries', type: 'shell', command: 'echo paid', schedule: { type: 'none' }, group: 'payroll' }

const policies: ThingSample = {
  async fill(server) {
    await server.ask('POST', '/api/scheduler/policies', {
      name: 'contractors',
      description: 'Fetch what they are to fetch, and nothing else',
      applies_to: { groups: ['contractors'], roles: ['editor'] },
      rules: {
        types: ['http', 'shell'],
        network: { allow: ['*.example.org', '192.0.2.0/24'] },
        limits: { timeout_seconds: 600, memory_bytes: 268_435_456 },
        commands: { deny: [{ pattern: '*rm -rf*', reason: 'Use tidy.' }] },
      },
    })
    await server.ask('POST', '/api/scheduler/tasks', TASK)
    const rules = { requires_approval: true }
    await server.ask('POST', '/api/scheduler/policies', { name: 'payroll', applies_to: { groups: ['payroll'] }, rules })
    const found = await server.ask<{ tasks: { id: string }[] }>('GET', '/api/scheduler/tasks?q=Pay+salaries')
    const id = found.tasks[0]?.id
    await server.ask('PATCH', `/api/scheduler/tasks/${id}`, {
      command: 'echo paid twice',
      timeout_seconds: 60,
    })
    await server.ask('POST', '/api/scheduler/tasks', { ...TASK, name: 'Pay a bonus' })
  },
  pages: [
    { name: 'policies', path: '/policies' },
    { name: 'approvals', path: '/approvals' },
  ],
}

export default policies
