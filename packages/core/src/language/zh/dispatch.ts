import type { Area } from './area.ts'

/** Work on nodes: how it is placed, waits, is lost and is spread. */
export const dispatch: Area = {
  sentences: {
    'It is due and waits for a node with room; {0} wait before it.':
      '应触发时间已到，正在等待有空位的节点；前面还有 {0} 个。',
    'It is due and waits for a node: {0}': '应触发时间已到，正在等待节点：{0}',
    'It is due and waits for a node: {0} {1}': '应触发时间已到，正在等待节点：{0}{1}',
    '{0} nodes fit, and none of them has room now.': '有 {0} 个节点符合要求，但目前都没有空位。',
    'In any pool {0} nodes would fit.': '若不限节点池，有 {0} 个节点符合要求。',
    'Without naming the node {0} would fit.': '若不指定节点，有 {0} 个节点符合要求。',
    'Without its label selector {0} nodes would fit.': '若去掉标签选择器，有 {0} 个节点符合要求。',
    'Without its capability {0} nodes would fit.': '若去掉能力要求，有 {0} 个节点符合要求。',
    'Without its languages {0} nodes would fit.': '若去掉语言要求，有 {0} 个节点符合要求。',
    'Without its model {0} nodes would fit.': '若去掉模型要求，有 {0} 个节点符合要求。',
    'Work of another type would fit on {0} nodes.': '若是其他类型的工作，有 {0} 个节点符合要求。',
    'Another function would fit on {0} nodes.': '若调用其他函数，有 {0} 个节点符合要求。',
    'This server speaks version {0} of the agent protocol, the node {1}. Give both the same release.':
      '此服务器使用代理协议的版本 {0}，节点使用版本 {1}。请让两者使用同一发行版。',
    'No node had room for it within {0} s.': '{0} 秒内没有节点有空位运行它。',
    'The room that it had on node {0} was given to others by then.': '它在节点 {0} 上的空位此时已给了别的工作。',
    'Node {0} did not answer within {1} ms.': '节点 {0} 在 {1} 毫秒内没有应答。',
    'Its node was stopped while it ran.': '它运行时，所在节点被停止了。',
    'Node {0} did not come back after its server was gone.': '它的服务器消失后，节点 {0} 没有再回来。',
    'Its execution was given to somebody else, because the answer came too late.':
      '应答来得太晚，它的执行已交给别的节点。',
    'Node {0} was started anew and does not have it any more.': '节点 {0} 已重新启动，不再有这次执行。',
    'no node had room for it in time': '没有节点及时有空位',
    'it was not begun any more': '不再启动',
    'There is no node that it could run on.': '没有可以运行它的节点。',
    '{0} of {1} parts failed: {2}': '{1} 个部分中有 {0} 个失败：{2}',
    'It is to run on a node: that needs the permission "use" on pools, which {0} does not have here.':
      '它要在节点上运行：这需要对节点池的“use”权限，{0} 在此处没有该权限。',
    'has a label with a comma in it, which would be read as two.': '有一个标签含有逗号，会被读作两个。',
    'It could not be placed: {0}': '无法为它选择节点：{0}',
    'The node has connected anew.': '该节点已重新连接。',
    'is only for tasks that run on nodes: "kind": "node".': '只用于在节点上运行的任务："kind": "node"。',
    'is required where the strategy is pinned.': '策略为 pinned 时必须填写。',
    'does not go together with broadcast; leave one of them out.': '不能与 broadcast 同时使用；请去掉其中一个。',
    'does not go together with node_id: it runs on every node that fits.':
      '不能与 node_id 同时使用：它会在每个符合要求的节点上运行。',
  },
}
