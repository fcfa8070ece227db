const grouped = new Intl.NumberFormat('en-US')

/** `11,482`. */
export function count(value: number): string {
  return grouped.format(value)
}

/** `412 B`, `1.8 kB`, `10.4 MB`: units of a thousand, as the tools that people compare with have them. */
export function bytes(value: number): string {
  if (value < 1000) return `${value} B`
  if (value < 999_950) return `${oneDecimal(value / 1000)} kB`
  if (value < 999_950_000) return `${oneDecimal(value / 1_000_000)} MB`
  return `${oneDecimal(value / 1_000_000_000)} GB`
}

/** `96.9%`; all of many is never rounded up to. */
export function share(part: number, whole: number): string {
  if (whole === 0) return '0%'
  const percent = (part / whole) * 100
  if (part === whole) return '100%'
  return `${Math.min(99.9, Math.round(percent * 10) / 10)}%`
}

/** `1 flow`, `9 flows`. */
export function counted(value: number, noun: string, nouns = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : nouns}`
}

function oneDecimal(value: number): string {
  return String(Math.round(value * 10) / 10)
}
