export { FrameQueue } from './frame-queue.ts'
export { factsOf, MemoryNode, MockNode, type MockNodeOptions, WebSocketNode } from './mock-node.ts'
export { MockConnection, MockServer, type MockServerOptions, type News } from './mock-server.ts'
export { orderOf } from './orders.ts'
