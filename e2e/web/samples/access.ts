import type { ThingSample } from '../sample.ts'

const access: ThingSample = {
  async fill(server) {
    const ada = { username: 'ada', display_name: 'Ada Lovelace', password: 'an analytical engine', role: 'editor' }
    await server.ask('POST', '/api/scheduler/users', ada)
    await server.ask('POST', '/api/scheduler/user-groups', { name: 'dba', description: 'Keeps the databases' })
    await server.ask('POST', '/api/scheduler/roles', { name: 'runner', rights: { task: ['execute'] } })
    for (const [subject, scope] of [
      [
        { kind: 'user', id: 'ada' },
        { kind: 'group', id: 'backup/nightly' },
      ],
      [{ kind: 'group', id: 'dba' }, { kind: 'global' }],
    ]) {
      await server.ask('POST', '/api/scheduler/grants', { subject, role: 'runner', scope })
    }
  },
  pages: [
    { name: 'access-users', path: '/access' },
    { name: 'access-groups', path: '/access?tab=groups' },
    { name: 'access-grants', path: '/access?tab=grants' },
    { name: 'access-roles', path: '/access?tab=roles' },
  ],
}

export default access
