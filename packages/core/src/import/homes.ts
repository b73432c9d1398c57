/** Home directories by user name, from the text of passwd(5): cron starts commands there. */
export function homesIn(passwd: string): (user: string) => string | null {
  const homes = new Map(passwd.split('\n').map((line) => [line.split(':')[0]!, line.split(':')[5] ?? '']))
  return (user) => homes.get(user) || null
}
