import type { ServerProcess } from '@rota/testkit/cluster'
import type { ThingSample } from '../sample.ts'

const asr = { asr: { languages: ['zh', 'en', 'de'], models: ['large-v3', 'small'] } }
const nmt = { nmt: { languages: ['zh', 'en'], models: ['m2m'] } }

/** A few machines of a small house: speech and translation with GPUs, batch work on whatever is left over. */
const NODES = [
  { id: 'gpu-1', capacity: 8, labels: { zone: 'a', disk: 'nvme' }, capabilities: { ...asr, ...nmt }, gpu: true },
  { id: 'gpu-2', capacity: 8, labels: { zone: 'b', disk: 'nvme' }, capabilities: asr, gpu: true },
  { id: 'batch-1', capacity: 4, labels: { zone: 'a', disk: 'ssd', spot: '' }, capabilities: {}, gpu: false },
  { id: 'batch-2', capacity: 4, labels: { zone: 'b', disk: 'ssd' }, capabilities: {}, gpu: false },
  { id: 'edge-1', capacity: 1, labels: { zone: 'c' }, capabilities: {}, gpu: false },
  { id: 'edge-2', capacity: 1, labels: { zone: 'c' }, capabilities: {}, gpu: false },
] as const

const LOADS: Readonly<Record<string, readonly [cpu: number, memory: number, disk: number, gpu: number | null]>> = {
  'gpu-1': [34, 61, 40, 72],
  'gpu-2': [97, 88, 41, 96],
  'batch-1': [12, 30, 77, null],
  'batch-2': [3, 22, 18, null],
  'edge-1': [41, 55, 62, null],
  'edge-2': [8, 49, 30, null],
}

async function register(server: ServerProcess): Promise<void> {
  for (const { gpu, ...node } of NODES) {
    await server.ask('POST', '/api/scheduler/nodes/register', {
      ...node,
      types: ['shell', 'python'],
      languages: [],
      version: '0.1.0',
      platform: { os: 'Debian 13', cpus: 16 },
      gpu: gpu ? { count: 2, model: 'L40S' } : null,
    })
  }
}

async function beat(server: ServerProcess): Promise<void> {
  for (const { id } of NODES) {
    const [cpu_usage, memory_usage, disk_usage, gpu_usage] = LOADS[id]!
    const body = { node_name: id, cpu_usage, memory_usage, disk_usage, gpu_usage }
    await server.ask('POST', '/api/scheduler/nodes/heartbeat', body)
  }
}

const nodes: ThingSample = {
  async fill(server) {
    await register(server)
    await beat(server)
    await server.ask('POST', '/api/scheduler/pools', {
      ...{ name: 'speech', description: 'Whatever hears and translates', selector: 'disk=nvme' },
      requires_gpu: true,
    })
    await server.ask('POST', '/api/scheduler/pools', { name: 'nightly', members: ['batch-1', 'batch-2'] })
    await server.ask('POST', '/api/scheduler/nodes/batch-2/drain', { reason: 'New disks on Thursday' })
    await server.ask('POST', '/api/scheduler/nodes/join-tokens', { name: 'rack 7', pools: ['nightly'], uses: 4 })
    const task = await server.ask<{ id: string }>('POST', '/api/scheduler/tasks', {
      ...{ name: 'Transcribe the archive', group: 'media', type: 'shell', command: 'echo transcribed' },
      schedule: { type: 'none' },
      target: { kind: 'node', pool: 'speech', capability: { service: 'asr', languages: ['zh', 'bo'] } },
    })
    await server.ask('POST', `/api/scheduler/tasks/${task.id}/run`, {})
  },
  async pages(server) {
    // A server that has begun anew has to hear of them again.
    await register(server)
    await beat(server)
    const { tasks } = await server.ask<{ tasks: { id: string }[] }>('GET', '/api/scheduler/tasks?q=Transcribe')
    const { executions } = await server.ask<{ executions: { id: string }[] }>(
      'GET',
      `/api/scheduler/executions?task_id=${tasks[0]!.id}`,
    )
    return [
      { name: 'nodes', path: '/nodes' },
      { name: 'pools', path: '/nodes?tab=pools' },
      { name: 'join-tokens', path: '/nodes?tab=joins' },
      { name: 'add-node', path: '/nodes?add=1' },
      { name: 'node', path: '/nodes/gpu-1' },
      { name: 'node-load', path: '/nodes/gpu-1?tab=load' },
      { name: 'node-events', path: '/nodes/batch-2?tab=events' },
      { name: 'node-capabilities', path: '/nodes/gpu-1?tab=capabilities' },
      { name: 'execution-where', path: `/executions/${executions[0]!.id}?tab=where` },
      { name: 'task-on-nodes', path: `/tasks/${tasks[0]!.id}` },
      { name: 'edit-target', path: `/tasks/${tasks[0]!.id}/edit?section=where` },
    ]
  },
}

export default nodes
