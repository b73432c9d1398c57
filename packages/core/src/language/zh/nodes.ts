import type { Area } from './area.ts'

/** Nodes, the pools that they are in, and how they join. */
export const nodes: Area = {
  sentences: {
    'The key of the node is not valid any more; join again with a new token.':
      '节点的密钥已失效；请用新的加入令牌重新加入。',
    'The node {0} was removed; join again with a new token.': '节点 {0} 已被移除；请用新的加入令牌重新加入。',
    'This is the key of the node {0}; it speaks for no other.': '这是节点 {0} 的密钥；它不能代表其他节点。',
    'The node {0} is registering elsewhere; try again.': '节点 {0} 正在别处注册；请重试。',
    'The node {0} was removed. Register it (POST /nodes/register) to have it back.':
      '节点 {0} 已被移除。要恢复它，请重新注册（POST /nodes/register）。',
    'is missing: which node is it?': '缺失：是哪个节点？',
    'must be at least twice heartbeat_seconds, or a node would be offline between two heartbeats.':
      '至少须为 heartbeat_seconds 的两倍，否则节点会在两次心跳之间被视为离线。',
    'The node was removed.': '节点已被移除。',
    'The node has connected again elsewhere.': '节点已在别处重新连接。',
    'The node is to register again.': '节点需要重新注册。',
    'The server could not take what the node said.': '服务器无法接收节点所说的内容。',
    'The node has connected again.': '节点已重新连接。',
    'The node greeted twice.': '节点两次发送问候。',
    'The server stops.': '服务器正在停止。',
    'The first frame of a node is its greeting.': '节点的第一帧须为问候。',
    '{0} nodes are connected to this server, which is the most; try again, or another server.':
      '已有 {0} 个节点连接到此服务器，已达上限；请重试，或改用其他服务器。',
    'Nothing was heard of the node.': '没有收到节点的消息。',
    'Frames are texts.': '帧须为文本。',
    'The node does not come for what it is told.': '节点没有来取发给它的内容。',
    'The node does not take what it is told.': '节点没有接收发给它的内容。',
    'The callback address of the node does not take frames: {0}': '节点的回调地址不接收帧：{0~}',
    'HTTP {0}': 'HTTP {0}',
    'it did not answer': '它没有响应',
    'Only a node connects here, by its own key.': '只有节点可用自己的密钥在此连接。',
    'Only a node speaks here, by its own key.': '只有节点可用自己的密钥在此通信。',
    'A node connects here by WebSocket, with its own key.': '节点用自己的密钥通过 WebSocket 在此连接。',
    'The node has not greeted this server: send hello first.': '节点尚未向此服务器问候：请先发送 hello。',
    'The join token is not valid, is used up or has expired; ask for another.':
      '加入令牌无效、已用完或已过期；请索取新的令牌。',
    'The node {0} has joined with another key. Choose another id, or have that node removed first.':
      '节点 {0} 已用另一密钥加入。请选择其他编号，或先移除该节点。',
    'It has joined and has not connected yet.': '它已加入，但尚未连接。',
    '{0} lets it run dry.': '{0} 让它排空。',
    '{0} lets it take work again.': '{0} 让它重新接受工作。',
    '{0} has removed it.': '{0} 移除了它。',
    'The id {0} is taken; choose another.': '编号 {0} 已被占用；请选择其他编号。',
    'The node {0} belongs to another tenant; remove it first.': '节点 {0} 属于另一租户；请先移除它。',
    'There is already a pool {0}; choose another name.': '已有节点池 {0}；请选择其他名称。',
    'A pool has a selector or members, not both.': '节点池可以有选择器或成员，不能两者都有。',
    'Nodes with the same languages.': '语言相同的节点。',
    'Nodes that ask to be in it.': '要求加入的节点。',
    'The node {0} was removed. Add it again with a new join token, or register it.':
      '节点 {0} 已被移除。请用新的加入令牌重新添加，或重新注册。',
    'A node says how much it runs at once: its capacity is a whole number from 1 on.':
      '节点须说明它同时运行多少：容量是从 1 开始的整数。',
    'The weight of a node is a number above 0.': '节点的权重是大于 0 的数。',
    'Only nodes with a GPU may register (nodes.require_gpu), and this one has none.':
      '只有带 GPU 的节点可以注册（nodes.require_gpu），而此节点没有。',
    'The pool {0} takes only nodes with a GPU, and this one has none.':
      '节点池 {0} 只接受带 GPU 的节点，而此节点没有。',
    'The node has begun anew without it.': '节点已重新开始，其中不再有它。',
    'It has registered.': '它已注册。',
    'It has registered again.': '它已重新注册。',
    'It is heard of again.': '重新收到它的消息。',
    'It is below its thresholds again.': '它已回到阈值以下。',
    'The node does not know of it any more.': '节点已不知道它。',
    'Nothing was heard of it for {0} s.': '{0} 秒内没有收到它的消息。',
    'The node has not spoken of it for too long.': '节点太久没有提到它。',
    'It went over a threshold {0} times within {1} minutes; it is ready again after {2} calm minutes.':
      '它在 {1} 分钟内 {0} 次超过阈值；平稳 {2} 分钟后恢复就绪。',
    '{0} % of its processors are in use; the threshold is {1} %.': '处理器使用率为 {0} %；阈值为 {1} %。',
    '{0} % of its memory is in use; the threshold is {1} %.': '内存使用率为 {0} %；阈值为 {1} %。',
    '{0} % of its disk is in use; the threshold is {1} %.': '磁盘使用率为 {0} %；阈值为 {1} %。',
    '{0} % of its GPUs are in use; the threshold is {1} %.': 'GPU 使用率为 {0} %；阈值为 {1} %。',
  },
  words: {
    node: '节点',
    pool: '节点池',
    'join token': '加入令牌',
  },
  labels: {},
}
