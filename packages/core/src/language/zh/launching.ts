/** How programs are started, what they leave behind, and the encoding of what they print. */
export const launching = {
  'must be true or false.': '须为 true 或 false。',
  'is only for tasks that start a program; tasks of type {0} leave nothing running.':
    '仅适用于启动程序的任务；{0} 类型的任务不会留下任何运行中的程序。',
  'is only for tasks that start a program or call a URL.': '仅适用于启动程序或调用 URL 的任务。',
  'Known are utf-8, gbk, big5, shift_jis, latin1 and others.': '已知编码有 utf-8、gbk、big5、shift_jis、latin1 等。',
  'Did you mean {0}?': '您是不是要写 {0}？',
  '{0} Did you mean {1}?': '{0~}您是不是要写 {1}？',
  '{0} is not an encoding known here. {1}': '{0} 不是已知的编码。{1~}',
  'Limits of programs need prlimit (util-linux), which is not installed here.':
    '程序限制需要 prlimit（util-linux），此处未安装。',
  '{0} is set too; set one of the two.': '{0} 也已设置；请只设置其中一个。',
  'The file {0} cannot be read ({1}).': '无法读取文件 {0}（{1}）。',
  'The file {0} is empty.': '文件 {0} 为空。',
  'Programs cannot be started on this server; its log says why.': '此服务器无法启动程序；原因见日志。',
} as const
