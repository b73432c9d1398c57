import { channelContract } from '@rota/testkit/contracts'
import { describe } from 'vitest'
import { createLocalChannel } from './local.ts'

describe('the channel to the executors of this process', () => {
  channelContract({ open: async (executors) => ({ channel: createLocalChannel(executors), async close() {} }) })
})
