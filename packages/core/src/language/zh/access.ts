/** Who gets in: connections, sign-ins, proxies. */
export const access = {
  'This user has {0} connections open, which is the most; close some.':
    '此用户已打开 {0} 个连接，已达上限；请关闭一些。',
  'This address has {0} connections open, which is the most; close some.':
    '此地址已打开 {0} 个连接，已达上限；请关闭一些。',
  'The server has {0} connections open, which is the most; try again.': '服务器已打开 {0} 个连接，已达上限；请重试。',
  'This user has {0} live streams open, which is the most; close some pages.':
    '此用户已打开 {0} 个实时流，已达上限；请关闭一些页面。',
  'This address has {0} live streams open, which is the most; close some pages.':
    '此地址已打开 {0} 个实时流，已达上限；请关闭一些页面。',
  '{0} (overridden for now)': '{0~}（目前已被覆盖）',
  'http.trust_proxy: true believes whoever connects; name the proxies instead, for example [10.0.0.5, 192.168.0.0/16].':
    'http.trust_proxy: true 会相信任何连接者；请改为列出代理的地址，例如 [10.0.0.5, 192.168.0.0/16]。',
  'Too many wrong credentials; try again in {0} s.': '错误凭据过多；请在 {0} 秒后重试。',
  'Other machines cannot reach it: it listens for this one only. --host 0.0.0.0 changes that.':
    '其他机器无法访问：服务器只监听本机地址。可用 --host 0.0.0.0 更改。',
} as const
