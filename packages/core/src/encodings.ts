import { suggest } from './suggest.ts'

/**
 * Encodings by the names people use, lower case, to those of the Encoding Standard (encoding.spec.whatwg.org, "Names and
 * labels"); Windows' code page numbers are added.
 */
const NAMES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    'utf-8': 'utf8 unicode-1-1-utf-8',
    'utf-16le': 'utf-16 utf16 utf16le ucs-2 unicode',
    'utf-16be': 'utf16be',
    gbk: 'gb2312 gb_2312-80 chinese cp936 x-gbk',
    gb18030: 'gb-18030',
    big5: 'big5-hkscs cn-big5 x-x-big5 cp950',
    shift_jis: 'sjis shift-jis ms_kanji windows-31j x-sjis cp932',
    'euc-jp': 'eucjp x-euc-jp',
    'iso-2022-jp': 'csiso2022jp',
    'euc-kr': 'euckr ks_c_5601-1987 ksc5601 korean windows-949 cp949',
    'windows-1252': 'latin1 latin-1 l1 iso-8859-1 iso8859-1 ascii us-ascii cp1252 x-cp1252 cp819',
    'windows-1250': 'cp1250 x-cp1250',
    'windows-1251': 'cp1251 x-cp1251',
    'windows-1253': 'cp1253 x-cp1253',
    'windows-1254': 'latin5 l5 iso-8859-9 iso8859-9 cp1254 x-cp1254',
    'windows-1255': 'cp1255 x-cp1255',
    'windows-1256': 'cp1256 x-cp1256',
    'windows-1257': 'cp1257 x-cp1257',
    'windows-1258': 'cp1258 x-cp1258',
    'windows-874': 'tis-620 iso-8859-11 cp874',
    'iso-8859-2': 'latin2 l2 iso8859-2',
    'iso-8859-3': 'latin3 l3 iso8859-3',
    'iso-8859-4': 'latin4 l4 iso8859-4',
    'iso-8859-5': 'cyrillic iso8859-5',
    'iso-8859-6': 'arabic iso8859-6',
    'iso-8859-7': 'greek iso8859-7',
    'iso-8859-8': 'hebrew iso8859-8',
    'iso-8859-10': 'latin6 l6 iso8859-10',
    'iso-8859-13': 'iso8859-13',
    'iso-8859-14': 'iso8859-14',
    'iso-8859-15': 'latin9 latin-9 l9 iso8859-15',
    'iso-8859-16': 'iso8859-16',
    'koi8-r': 'koi8 koi cskoi8r',
    'koi8-u': 'koi8-ru',
    ibm866: 'cp866 866',
    macintosh: 'mac x-mac-roman',
  }).flatMap(([name, labels]) => [name, ...labels.split(' ')].map((label) => [label, name])),
)

/** The Encoding Standard's name of an encoding by any of its usual names; null when it is not known. */
export function encodingOf(label: string): string | null {
  return NAMES[label.trim().toLowerCase()] ?? null
}

/** The known name that was probably meant by an unknown one. */
export function nearEncoding(label: string): string | undefined {
  return suggest(label.trim().toLowerCase().replaceAll('_', '-'), Object.keys(NAMES))
}
