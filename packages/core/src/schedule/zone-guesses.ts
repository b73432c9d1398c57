/**
 * Abbreviations by the zones that go by them, the commonest first. Most have several, so none of them is accepted; and
 * an abbreviation names summer or winter time alone, which no schedule means.
 */
export const ABBREVIATIONS: Record<string, readonly string[]> = {
  ACST: ['Australia/Adelaide', 'Australia/Darwin'],
  ACDT: ['Australia/Adelaide'],
  ACT: ['Australia/Sydney', 'America/Rio_Branco'],
  ADT: ['America/Halifax'],
  AEST: ['Australia/Sydney', 'Australia/Brisbane'],
  AEDT: ['Australia/Sydney'],
  AET: ['Australia/Sydney', 'Australia/Brisbane'],
  AKST: ['America/Anchorage'],
  AKDT: ['America/Anchorage'],
  ART: ['America/Argentina/Buenos_Aires', 'Africa/Cairo'],
  AST: ['America/Halifax', 'America/Puerto_Rico', 'Asia/Riyadh'],
  AWST: ['Australia/Perth'],
  AGT: ['America/Argentina/Buenos_Aires'],
  BET: ['America/Sao_Paulo'],
  BRT: ['America/Sao_Paulo'],
  BST: ['Europe/London', 'Asia/Dhaka', 'Pacific/Bougainville'],
  CAT: ['Africa/Maputo', 'Africa/Harare'],
  CDT: ['America/Chicago', 'America/Havana'],
  CEST: ['Europe/Berlin', 'Europe/Paris', 'Europe/Madrid'],
  CLT: ['America/Santiago'],
  CNT: ['America/St_Johns'],
  COT: ['America/Bogota'],
  CST: ['America/Chicago', 'Asia/Shanghai', 'America/Havana'],
  CT: ['America/Chicago'],
  CTT: ['Asia/Shanghai'],
  EAT: ['Africa/Nairobi'],
  ECT: ['Europe/Paris', 'America/Guayaquil'],
  EDT: ['America/New_York'],
  EEST: ['Europe/Athens', 'Europe/Helsinki', 'Europe/Kyiv'],
  EST: ['America/New_York', 'America/Panama', 'Australia/Sydney'],
  ET: ['America/New_York'],
  GST: ['Asia/Dubai', 'Pacific/Guam'],
  HKT: ['Asia/Hong_Kong'],
  HST: ['Pacific/Honolulu', 'America/Adak'],
  ICT: ['Asia/Bangkok', 'Asia/Ho_Chi_Minh'],
  IDT: ['Asia/Jerusalem'],
  IET: ['America/Indiana/Indianapolis'],
  IST: ['Asia/Kolkata', 'Europe/Dublin', 'Asia/Jerusalem'],
  JST: ['Asia/Tokyo'],
  KST: ['Asia/Seoul'],
  MDT: ['America/Denver'],
  MIT: ['Pacific/Apia'],
  MSK: ['Europe/Moscow'],
  MST: ['America/Denver', 'America/Phoenix', 'Asia/Kuala_Lumpur', 'Asia/Yangon'],
  MT: ['America/Denver'],
  NDT: ['America/St_Johns'],
  NET: ['Asia/Yerevan'],
  NPT: ['Asia/Kathmandu'],
  NST: ['America/St_Johns', 'Pacific/Auckland'],
  NZDT: ['Pacific/Auckland'],
  NZST: ['Pacific/Auckland'],
  PDT: ['America/Los_Angeles'],
  PHT: ['Asia/Manila'],
  PKT: ['Asia/Karachi'],
  PLT: ['Asia/Karachi'],
  PNT: ['America/Phoenix'],
  PRT: ['America/Puerto_Rico'],
  PST: ['America/Los_Angeles', 'Asia/Manila', 'Pacific/Pitcairn'],
  PT: ['America/Los_Angeles'],
  SAST: ['Africa/Johannesburg'],
  SGT: ['Asia/Singapore'],
  SST: ['Pacific/Pago_Pago', 'Pacific/Guadalcanal', 'Asia/Singapore'],
  TRT: ['Europe/Istanbul'],
  VST: ['Asia/Ho_Chi_Minh'],
  WAT: ['Africa/Lagos'],
  WEST: ['Europe/Lisbon'],
  WIB: ['Asia/Jakarta'],
  WST: ['Australia/Perth', 'Pacific/Apia'],
  Z: ['UTC'],
}

const CITIES: Record<string, string> = {
  'Asia/Shanghai':
    'beijing peking china shenzhen guangzhou hangzhou nanjing wuhan chengdu tianjin xian china_standard_time 北京 上海 中国 中国标准时间 北京时间 深圳 广州',
  'Asia/Hong_Kong': '香港',
  'Asia/Taipei': 'taiwan taipei_standard_time 台北',
  'Asia/Tokyo': 'osaka kyoto yokohama tokyo_standard_time 东京 東京',
  'Asia/Seoul': 'korea busan korea_standard_time 首尔',
  'Asia/Singapore': 'singapore_standard_time 新加坡',
  'Asia/Kolkata': 'india mumbai bombay delhi new_delhi bangalore bengaluru chennai hyderabad pune india_standard_time',
  'Asia/Ho_Chi_Minh': 'hanoi vietnam',
  'Asia/Dubai': 'abu_dhabi uae arabian_standard_time',
  'Asia/Riyadh': 'saudi_arabia arab_standard_time',
  'Asia/Jerusalem': 'israel_standard_time',
  'Europe/London': 'england uk britain edinburgh manchester gmt_standard_time 伦敦',
  'Europe/Berlin':
    'germany deutschland frankfurt munich hamburg cologne w._europe_standard_time 柏林 central_european_time',
  'Europe/Paris': 'france lyon marseille romance_standard_time 巴黎',
  'Europe/Zurich': 'geneva switzerland',
  'Europe/Rome': 'milan italy',
  'Europe/Madrid': 'barcelona spain',
  'Europe/Amsterdam': 'netherlands holland rotterdam',
  'Europe/Moscow': 'russia st_petersburg russian_standard_time 莫斯科',
  'Europe/Kyiv': 'ukraine fle_standard_time',
  'America/New_York':
    'boston washington miami atlanta philadelphia eastern us_eastern eastern_time eastern_standard_time eastern_daylight_time 纽约',
  'America/Chicago': 'dallas houston austin central us_central central_time central_standard_time 芝加哥',
  'America/Denver': 'mountain us_mountain mountain_time mountain_standard_time',
  'America/Los_Angeles':
    'san_francisco seattle las_vegas california pacific us_pacific pacific_time pacific_standard_time pacific_daylight_time 洛杉矶',
  'America/Toronto': 'ottawa canada',
  'America/Sao_Paulo': 'brazil rio rio_de_janeiro brasilia e._south_america_standard_time',
  'Australia/Sydney': 'canberra aus_eastern_standard_time 悉尼',
  'Pacific/Auckland': 'wellington new_zealand new_zealand_standard_time',
  UTC: 'utc0 utc_time coordinated_universal_time universal_time 协调世界时',
}

/** Places, countries and names of other systems that the tz database does not have, lower case, blanks as `_`. */
export const PLACES: Record<string, string> = Object.fromEntries(
  Object.entries(CITIES).flatMap(([zone, names]) => names.split(' ').map((name) => [name, zone])),
)

/** `UTC+8`, `GMT-3:30`, `+8`, `utc 0530`: the offset in the form that is accepted; undefined for anything else. */
export function offsetMeant(text: string): string | undefined {
  const match = /^(?:utc|gmt)?\s?([+-]|−)?\s?(\d{1,2})(?::?([0-5]\d))?$/i.exec(text)
  if (!match || (match[1] === undefined && !/^[a-z]/i.test(text))) return undefined
  const [, sign = '+', hours, minutes = '00'] = match
  const total = Number(hours) * 60 + Number(minutes)
  // No place is further from Greenwich (tz database: UTC−12:00 to UTC+14:00).
  if (total > (sign === '+' ? 14 : 12) * 60) return undefined
  if (total === 0) return 'UTC'
  return `${sign === '+' ? '+' : '-'}${hours!.padStart(2, '0')}:${minutes}`
}
