/** Troubles of databases, data directories, backups and Redis. */
export const stores = {
  'different content': '内容不同',
  '{0} rows instead of {1}': '有 {0} 行而不是 {1} 行',
  'The copy of {0} has {1}. Nothing was kept of it.': '{0} 的副本{1~}，未保留任何内容。',
  'another process': '另一个进程',
  'process {0} on {1}, since {2}': ' {1} 上的进程 {0}（自 {2} 起）',
  'The data directory {0} is in use by {1}. Stop that one first, or choose another directory.':
    '数据目录 {0} 正被{1~}使用。请先停止它，或另选目录。',
  'The data directory {0} cannot be written: {1}.': '数据目录 {0} 无法写入：{1}。',
  'the database is locked by another program': '数据库被其他程序锁定',
  'the database is read-only': '数据库只读',
  'the disk reported an error': '磁盘报错',
  'the disk is full': '磁盘已满',
  'the database file cannot be opened': '无法打开数据库文件',
  'the database file is damaged': '数据库文件已损坏',
  'SQLite {0} is too old: {1} or later is needed. Use a newer Node.':
    'SQLite {0} 过旧，需要 {1} 或更高版本。请使用更新的 Node。',
  'The store cannot be written: {0}.': '存储无法写入：{0~}。',
  'The database was written by a newer Rota (migration {0}). Use that release.':
    '数据库由更新版本的 Rota 写入（迁移 {0}），请使用那个版本。',
  'Migration {0} has changed since it was applied. Restore the file; migrations are append-only.':
    '迁移 {0} 在应用之后被改动。请还原该文件；迁移只能追加。',
  'A store in memory cannot be backed up.': '内存中的存储不能备份。',
  '{0} is not the data directory of a server.': '{0} 不是服务器的数据目录。',
  '{0} holds a store already. Name an empty or new folder.': '{0} 中已有存储，请指定空目录或新目录。',
  'The store is closed.': '存储已关闭。',
  'The folder {0} is not empty. Name a new one.': '目录 {0} 非空，请指定新目录。',
  'The copy {0} is damaged, and so probably is its original: {1}': '副本 {0} 已损坏，原文件可能也已损坏：{1}',
  'The folder {0} does not exist.': '目录 {0} 不存在。',
  'The folder {0} is no finished backup: it has no {1}.': '目录 {0} 不是完整的备份：缺少 {1}。',
  '{0} is damaged.': '{0} 已损坏。',
  'The backup has format {0}; this release reads format 1.': '备份格式为 {0}，本版本只能读取格式 1。',
  'The backup lacks its file {0}.': '备份缺少文件 {0}。',
  "The backup's file {0} is damaged: its checksum does not match.": '备份中的文件 {0} 已损坏：校验和不符。',
  'The data directory {0} is not empty. Use --force to replace its content.':
    '数据目录 {0} 非空。使用 --force 替换其内容。',
  'The backup was made by a newer Rota (migration {0}). Use that release.':
    '备份由更新版本的 Rota 制作（迁移 {0}），请使用那个版本。',
  'PostgreSQL takes too long to say what time it is.': 'PostgreSQL 迟迟未返回当前时间。',
  'It does not let this user in': '它不允许该用户进入',
  'It does not accept user and password': '它不接受该用户名和密码',
  'It has no such database': '它没有这个数据库',
  'The user lacks a right': '该用户缺少权限',
  'Its certificate has expired': '其证书已过期',
  'Its certificate is not trusted': '其证书不受信任',
  'Its certificate is for another host': '其证书属于另一台主机',
  'It offers no TLS.': '它不提供 TLS。',
  'The transaction was rolled back because a statement had failed.': '有语句失败，事务已回滚。',
  'The transaction was not committed.': '事务未提交。',
  'The connection was lost during COMMIT; whether it was done is not known.': 'COMMIT 期间连接中断，不知是否已提交。',
  'its disk is full': '其磁盘已满',
  'it is out of memory': '内存不足',
  'it has too many connections': '连接过多',
  'a lock could not be had in time': '未能及时取得锁',
  'it took too long to answer': '响应过慢',
  'it is being shut down': '正在关闭',
  'it is recovering from a crash': '正在从崩溃中恢复',
  'it is starting or stopping': '正在启动或停止',
  'its disk reported an error': '其磁盘报错',
  'it cannot be reached': '无法连接',
  'too many transactions are in each other’s way': '过多事务相互冲突',
  'PostgreSQL cannot serve: {0}.': 'PostgreSQL 无法提供服务：{0~}。',
  'The schema "{0}" holds tables that are not Rota’s ({1}). Name another with database.schema.':
    'schema“{0}”中有不属于 Rota 的表（{1}）。请用 database.schema 另指定一个。',
  'The schema is not up to date (to be applied: {0}). Run: rota migrate':
    'schema 不是最新（待应用：{0}）。请执行：rota migrate',
  'PostgreSQL {0} is too old: 14 or later is needed.': 'PostgreSQL {0} 过旧，需要 14 或更高版本。',
  'The URL leads to a standby, which is read-only.': '该 URL 指向只读的备库。',
  'The URL leads to a pooler. Give the server’s own address: settings and statements belong to a session.':
    '该 URL 指向连接池。请给出服务器自身的地址：设置和语句属于会话。',
  'A database in PostgreSQL is backed up with its own tools: pg_dump.':
    'PostgreSQL 中的数据库请用其自带工具 pg_dump 备份。',
  'The URL cannot be read: it must be like postgres://user:password@host/database.':
    '无法识别该 URL，应形如 postgres://user:password@host/database。',
  '"{0}" cannot be the name of a schema.': '“{0}”不能用作 schema 名称。',
  'Schedules are being deleted as fast as they are saved; try again.': '计划刚保存就被删除；请重试。',
  'Stop all servers first; one that was killed counts as running until its lease ends, some seconds later.':
    '请先停止所有服务器；被强制终止的服务器在几秒后租约到期前仍算作运行中。',
  'A server uses this database: process {0} on {1}. {2}': '有服务器正在使用该数据库：{1} 上的进程 {0}。{2~}',
  'The database is not empty: there are {0}. Name another database or schema.':
    '数据库非空：其中有 {0}。请另指定数据库或 schema。',
  'It is no URL such as redis://user:password@host:6379/0; rediss: stands for TLS.':
    '不是 redis://user:password@host:6379/0 这样的 URL；rediss: 表示 TLS。',
  'The path of its URL is not the number of a database.': '其 URL 的路径不是数据库编号。',
  'It does not accept user and password.': '它不接受该用户名和密码。',
  'It wants a password: put it into the URL, redis://:PASSWORD@HOST.':
    '它要求密码：请写入 URL，redis://:PASSWORD@HOST。',
  'It has no password, but the URL names one.': '它没有密码，而 URL 中写了密码。',
  'It has no database of this number.': '它没有这个编号的数据库。',
  'Its certificate has expired.': '其证书已过期。',
  'Its certificate is not trusted: name its authority in NODE_EXTRA_CA_CERTS.':
    '其证书不受信任：请在 NODE_EXTRA_CA_CERTS 中指明其颁发机构。',
  'Its certificate is for another host.': '其证书属于另一台主机。',
  'It offers no TLS on this port: use redis:// instead of rediss://.':
    '它在该端口不提供 TLS：请用 redis:// 代替 rediss://。',
  'is being connected': '正在连接',
  'the connection was lost': '连接已断开',
  'Its maxmemory-policy is {0}; set it to noeviction (CONFIG SET, and redis.conf).':
    '其 maxmemory-policy 为 {0}，请设为 noeviction（CONFIG SET 和 redis.conf）。',
  'it did not answer within {0} ms': '未在 {0} 毫秒内响应',
  'Redis cannot be used: {0}.': 'Redis 无法使用：{0~}。',
  'it failed': '出现故障',
} as const
