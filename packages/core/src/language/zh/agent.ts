import type { Area } from './area.ts'

/** The agent protocol, the program on a node, and workers. */
export const agent: Area = {
  sentences: {
    'must be letters, digits, or any of . _ - and begin with a letter or digit.':
      '只能包含字母、数字以及 . _ -，且必须以字母或数字开头。',
    'must be letters, digits, or any of . _ / - and begin with a letter or digit.':
      '只能包含字母、数字以及 . _ / -，且必须以字母或数字开头。',
    'must have at most {0} entries.': '最多只能有 {0} 项。',
    'brings the {0} of all services to more than {1}.': '使所有服务的 {0} 总数超过 {1}。',
    'must be at most {0} characters long.': '最长 {0} 个字符。',
    'The node speaks version {0} of the agent protocol, this server version {1}: bring the older of the two up to date.':
      '节点使用代理协议版本 {0}，本服务器使用版本 {1}：请升级其中较旧的一方。',
    'A frame has at most {0} bytes.': '一帧最多 {0} 字节。',
    'A frame is one JSON object.': '一帧必须是一个 JSON 对象。',
    'A frame must not be nested deeper than {0} levels.': '一帧的嵌套不能超过 {0} 层。',
    // The connection.
    'The server did not answer the greeting.': '服务器没有回应节点的问候。',
    'The server said what is not in the agent protocol: {0}': '服务器发来的内容不符合代理协议：{0~}',
    'The server said {0} before its welcome.': '服务器在欢迎之前发来了 {0}。',
    'The server speaks version {0} of the agent protocol, this program version {1}: bring the older of the two up to date.':
      '服务器使用代理协议版本 {0}，本程序使用版本 {1}：请升级其中较旧的一方。',
    'The server has said nothing for {0} ms.': '服务器已有 {0} 毫秒没有任何消息。',
    'The server answered the connection with HTTP {0}.': '服务器以 HTTP {0} 回应了连接。',
    'The server answered with HTTP {0}.': '服务器回应了 HTTP {0}。',
    'The server did not answer.': '服务器没有回应。',
    'The connection was closed ({0}).': '连接已关闭（{0}）。',
    // Orders.
    'It is somebody else’s by now.': '它现在已归他人所有。',
    'A later order of the execution has come.': '已收到该执行更新的指令。',
    'a later claim of the execution ({0}) is known here, this one is {1}':
      '此处已知该执行更新的领取（{0}），这一次为 {1}',
    'an earlier order of the same attempt is still being ended here': '同一次尝试的较早指令在此处尚未结束',
    'the node takes nothing new: it is being drained': '节点不再接受新的执行：正在排空',
    'the order came after its deadline': '指令到达时已过截止时间',
    'the node has no room for such an attempt now': '节点目前没有余量执行这样的尝试',
    'the node runs {0} attempts already, and has room for {1}': '节点已在执行 {0} 次尝试，容量为 {1}',
    'this node runs no tasks of type {0}': '此节点不执行 {0} 类型的任务',
    'this worker has no handler {0}': '此工作程序没有处理函数 {0}',
    'The node does not have this attempt (any more).': '节点没有（或已不再有）这次尝试。',
    'The program on the node ended while the attempt ran.': '尝试执行期间，节点上的程序结束了。',
    '… {0} bytes ({1} lines) of output were cut here: no server could be reached, and the node keeps no more …':
      '…… 此处省略了 {0} 字节（{1} 行）输出：无法连接任何服务器，节点不再保留更多 ……',
    'The node stops.': '节点正在停止。',
    'The node is not let in any more.': '节点不再被接纳。',
    'The agent on the node was stopped.': '节点上的代理程序已停止。',
    'The worker was stopped.': '工作程序已停止。',
    // The agent at its start.
    'Rota agent {0}: node {1}': 'Rota 代理程序 {0}：节点 {1}',
    '{0}; at most {1} at once': '{0}；最多同时 {1} 个',
    'Ctrl-C stops the agent; what runs has {0} s to finish.': '按 Ctrl-C 停止代理程序；正在执行的有 {0} 秒时间完成。',
    'This node has not joined yet: give a join token with --token or ROTA_JOIN_TOKEN.':
      '此节点尚未加入：请用 --token 或 ROTA_JOIN_TOKEN 给出加入令牌。',
    '{0} cannot be made: {1}': '无法创建 {0}：{1}',
    '{0} cannot be written: {1}': '无法写入 {0}：{1}',
    '{0} cannot be read: {1}': '无法读取 {0}：{1}',
    '{0} is the directory of another agent that runs (process {1}).':
      '{0} 是另一个正在运行的代理程序（进程 {1}）的目录。',
    '{0} is damaged; remove it, and join again with a new token.': '{0} 已损坏；请删除它，并用新令牌重新加入。',
    '{0} is no type that this agent runs: {1}.': '{0} 不是此代理程序能执行的类型：{1}。',
    '--name {0} has no letter and no digit.': '--name {0} 不含字母或数字。',
    '{0} does not answer as a Rota server does.': '{0} 的回应不像 Rota 服务器。',
    'HTTP {0}': 'HTTP {0}',
    'The server does not let this node join: {0}': '服务器不允许此节点加入：{0~}',
    'The server does not let this node in: {0}': '服务器不接纳此节点：{0~}',
    'The server knows no nodes: bring it to the version of this agent, or check --server.':
      '服务器不支持节点：请将其升级到此代理程序的版本，或检查 --server。',
    'The server does not accept the key of this node: remove its data directory and join again with a new token.':
      '服务器不接受此节点的密钥：请删除其数据目录，并用新令牌重新加入。',
    'Name the server with --server or ROTA_SERVER, for example https://rota.example.':
      '请用 --server 或 ROTA_SERVER 指明服务器，例如 https://rota.example。',
    '--server {0} is not an address such as https://rota.example.':
      '--server {0} 不是 https://rota.example 这样的地址。',
    '--server takes no user and no password.': '--server 不接受用户和密码。',
    '--label {0} is not of the form key=value.': '--label {0} 不是“键=值”的形式。',
    '--capability {0} is not of the form service=languages:models.':
      '--capability {0} 应写作 service=languages:models。',
    '{0} {1} must be a number above 0.': '{0} {1} 必须是大于 0 的数。',
    '--callback-url {0} is not an address such as http://node-1.example:7072/rota.':
      '--callback-url {0} 不是 http://node-1.example:7072/rota 这样的地址。',
    '--listen {0} is not of the form address:port.': '--listen {0} 应写作 address:port。',
    'The agent cannot listen on {0}:{1}: {2}': '代理程序无法监听 {0}:{1}：{2}',
    'The agent has ended it.': '代理程序已将其结束。',
    'The server answered more than {0} bytes.': '服务器的回应超过 {0} 字节。',
    // What it tells while it runs.
    'connected to instance {0}; clocks differ by {1} ms': '已连接到实例 {0}；时钟相差 {1} 毫秒',
    'not connected: {0}': '未连接：{0~}',
    'not connected: {0} Trying again in {1} ms.': '未连接：{0~}{1} 毫秒后重试。',
    'not let in ({0}): {1}': '未被接纳（{0}）：{1~}',
    'takes nothing new until it is told to': '在收到通知之前不再接受新的执行',
    'takes work again': '重新接受执行',
    'the server counts this node as {0}': '服务器将此节点视为 {0}',
    'the server counts this node as {0}: {1}': '服务器将此节点视为 {0}：{1~}',
    'ended {0} processes that an earlier agent left behind': '已结束先前代理程序遗留的 {0} 个进程',
    'reports the ends of {0} attempts of an earlier agent': '正在上报先前代理程序的 {0} 次尝试的结束',
    'joined as node {0}': '已作为节点 {0} 加入',
    'cannot join yet: {0} Trying again in {1} ms.': '暂时无法加入：{0~}{1} 毫秒后重试。',
    'was given a new key': '已收到新密钥',
    'what is in hand cannot be written down: {0}': '无法记录正在处理的内容：{0}',
    // Workers.
    'The value the handler returned is a {0}, which is not JSON.': '处理函数返回的值是 {0}，不是 JSON。',
    'The value the handler returned is larger than {0} bytes.': '处理函数返回的值大于 {0} 字节。',
    'The value the handler returned is not JSON ({0}).': '处理函数返回的值不是 JSON（{0}）。',
    'The concurrency of {0} must be a whole number above 0.': '{0} 的并发数必须是大于 0 的整数。',
    'The worker has started; offer {0} before that.': '工作程序已启动；请在启动之前提供 {0}。',
    'A worker needs a function: call handle() first.': '工作程序需要函数：请先调用 handle()。',
    'A worker that has not joined yet needs a join token.': '尚未加入的工作程序需要加入令牌。',
  },
  labels: {
    Server: '服务器',
    Runs: '执行',
    Handlers: '处理函数',
    Pools: '节点池',
    Labels: '标签',
    GPU: 'GPU',
    'make this machine a node that runs what a server places there': '将本机作为节点，执行服务器分派的内容',
    'One program with one outgoing connection. The first start joins by a one-time token, later ones by the key that was given for it. It survives restarts of the server and interruptions of the network: what runs goes on, and its output follows. SIGTERM lets running work finish.':
      '单个程序，只建立一条向外的连接。首次启动用一次性令牌加入，之后使用换得的密钥。服务器重启或网络中断时，正在执行的继续进行，输出随后补传。收到 SIGTERM 后会等正在执行的完成。',
    'server to join (ROTA_SERVER)': '要加入的服务器（ROTA_SERVER）',
    'one-time join token, for the first start (ROTA_JOIN_TOKEN)': '一次性加入令牌，用于首次启动（ROTA_JOIN_TOKEN）',
    'name of the node (ROTA_NODE_NAME, default that of the host)': '节点名称（ROTA_NODE_NAME，默认为主机名）',
    'pool to be in (ROTA_NODE_POOLS)': '所属节点池（ROTA_NODE_POOLS）',
    'label for selectors (ROTA_NODE_LABELS)': '供选择器使用的标签（ROTA_NODE_LABELS）',
    'attempts that run at once (ROTA_NODE_CAPACITY, default: number of processors)':
      '同时执行的尝试数（ROTA_NODE_CAPACITY，默认为处理器数）',
    'share of the work among other nodes (ROTA_NODE_WEIGHT, default 1)':
      '相对其他节点的权重（ROTA_NODE_WEIGHT，默认 1）',
    'languages of the node: zh,en (ROTA_NODE_LANGUAGES)': '节点的语言：zh,en（ROTA_NODE_LANGUAGES）',
    'a service that it offers: asr=zh,en:small (ROTA_NODE_CAPABILITIES, separated by spaces)':
      '节点提供的服务：asr=zh,en:small（ROTA_NODE_CAPABILITIES，以空格分隔）',
    'task types that it runs (default: all that it can)': '执行的任务类型（默认为其能执行的全部）',
    'module with functions for tasks of type handler (ROTA_AGENT_HANDLERS)':
      '为 handler 类型的任务提供函数的模块（ROTA_AGENT_HANDLERS）',
    'what running work gets when the agent stops (ROTA_AGENT_GRACE, default 30)':
      '代理程序停止时留给正在执行的时间（ROTA_AGENT_GRACE，默认 30）',
    'output of an attempt that is kept while no server can be reached (ROTA_AGENT_SPOOL, default 16)':
      '无法连接服务器时为一次尝试保留的输出量（ROTA_AGENT_SPOOL，默认 16）',
    'address at which the server reaches this agent, instead of a connection (ROTA_AGENT_CALLBACK_URL)':
      '服务器访问此代理程序的地址，用以代替连接（ROTA_AGENT_CALLBACK_URL）',
    'where the agent listens for that (ROTA_AGENT_LISTEN, default the port of the address)':
      '代理程序为此监听的地址（ROTA_AGENT_LISTEN，默认为该地址的端口）',
    'certificates that sign the server’s (ROTA_AGENT_CA)': '签发服务器证书的证书（ROTA_AGENT_CA）',
    'the node’s own certificate (ROTA_AGENT_CERT)': '节点自己的证书（ROTA_AGENT_CERT）',
    'private key of that certificate (ROTA_AGENT_KEY_FILE)': '该证书的私钥（ROTA_AGENT_KEY_FILE）',
    'the first start; --data keeps who it is': '首次启动；--data 保存其身份',
    'with abilities': '声明其能力',
  },
}
