/** Leases, clocks, the data directory and `rota doctor`. */
export const leases = {
  'attempt {0} ran on instance {1}, which had lost it, from {2} to {3}':
    '第 {0} 次尝试在已失去它的实例 {1} 上执行，从 {2} 到 {3}',
  'set back: {0} behind what it showed before': '时钟被调回：比先前显示的时间落后 {0}',
  'Another process has taken over the database {0}. This server stops.': '另一个进程已接管数据库 {0}。本服务器停止。',
  'The store cannot be written: {0}': '存储无法写入：{0}',
  'The database file {0} was moved away or replaced while it was open. This server stops.':
    '数据库文件 {0} 在打开时被移走或替换。本服务器停止。',
  'The database {0} is in use by process {1} on {2}, since {3}. Stop that one first, or choose another directory.':
    '数据库 {0} 自 {3} 起正被 {2} 上的进程 {1} 使用。请先停止它，或选择其他目录。',
  'The database {0} is {1}, though the directory was used before (it has {2}). Restore a backup (rota restore), or see whether a disk is not mounted. To begin anew, move everything out of the directory, or choose another.':
    '数据库 {0} 不可用（{1}），而该目录曾被使用（存在 {2}）。请还原备份（rota restore），或检查磁盘是否未挂载。若要重新开始，请把目录内容全部移走，或选择其他目录。',
  'The schema "{0}" is empty.': 'schema“{0}”为空。',
  'The data directory {0} was used before (it has {1}).': '数据目录 {0} 曾被使用（存在 {1}）。',
  'Restore a backup of the database, or see whether database.url and database.schema lead to the right one; rota store copy brings there what the directory holds. To begin anew, move everything out of the directory, or choose another.':
    '请还原数据库的备份，或检查 database.url 和 database.schema 是否正确；rota store copy 可把目录中的数据复制过去。若要重新开始，请把目录内容全部移走，或选择其他目录。',
  'The database has no account, though the data directory {0} was used before (it has {1}).':
    '数据库中没有任何账户，而数据目录 {0} 曾被使用（存在 {1}）。',
  'Restore a backup, or see whether the server has its own database. To begin anew, move everything out of the directory, or choose another.':
    '请还原备份，或检查服务器连接的是否是原来的数据库。若要重新开始，请把目录内容全部移走，或选择其他目录。',
  'The database {0} is damaged: {1}. Restore a backup (rota restore); rota doctor tells all that is wrong.':
    '数据库 {0} 已损坏：{1}。请还原备份（rota restore）；rota doctor 会列出所有问题。',
  'The thread that renews the lease: {0}. Another one is begun.': '续租线程：{0}。将启动另一个。',
  'The lease’s thread has ended.': '续租线程已结束。',
  'The lease is not renewed any more.': '租约不再续期。',
  'another server has taken it over, because this one was silent for too long':
    '另一台服务器已接管它，因为本服务器长时间没有响应',
  'It can be read.': '可以读取。',
  'Rota {0}, Node {1}, SQLite {2}.': 'Rota {0}，Node {1}，SQLite {2}。',
  'No server runs in this directory.': '此目录没有正在运行的服务器。',
  'The file {0} cannot be read.': '无法读取文件 {0}。',
  'It answers at {0}.': '它在 {0} 应答。',
  'It is {0} at {1}: {2}': '它在 {1} 的状态为 {0}：{2}',
  'Nothing answers at {0}; it was killed, or hangs.': '{0} 无应答；服务器已被终止或失去响应。',
  '{0} is not there yet.': '{0} 尚不存在。',
  '{0} is its owner’s alone.': '{0} 仅其所有者可访问。',
  '{0} can be read by other users; take that right away with chmod.': '{0} 可被其他用户读取；请用 chmod 收回该权限。',
  'Its free space cannot be told.': '无法得知其剩余空间。',
  '{0} MiB are free.': '剩余 {0} MiB。',
  'Files open at once: {0}.': '可同时打开的文件数：{0}。',
  '{0} is missing or empty, though the directory was used before.': '{0} 缺失或为空，而该目录曾被使用。',
  'There is none yet.': '尚无。',
  '{0} is whole.': '{0} 完好。',
  '{0} is damaged: {1}. Restore a backup (rota restore).': '{0} 已损坏：{1}。请还原备份（rota restore）。',
  'It has not been set back.': '未被调回。',
  'It was set back: {0} s behind what the server has seen.': '时钟被调回：比服务器见过的时间落后 {0} 秒。',
  'PostgreSQL answers; its schema is empty, though the directory was used before.':
    'PostgreSQL 有应答；其 schema 为空，而该目录曾被使用。',
  'It agrees with the database’s.': '与数据库的时钟一致。',
  'This machine’s is {0} s behind the database’s, which servers go by.':
    '本机时钟比数据库慢 {0} 秒，服务器以数据库时钟为准。',
  'This machine’s is {0} s ahead of the database’s, which servers go by.':
    '本机时钟比数据库快 {0} 秒，服务器以数据库时钟为准。',
  '{0} Set one of the two right.': '{0~}请校正其中之一。',
  'PostgreSQL answers; its schema is up to date.': 'PostgreSQL 有应答；其 schema 是最新的。',
  'PostgreSQL answers; its schema lacks {0}.': 'PostgreSQL 有应答；其 schema 缺少 {0}。',
} as const
