/** `dlv_…Kq7Zt1`: the head of an id is its time, which neighbours share; its tail tells them apart. */
export function shortId(id: string): string {
  const at = id.indexOf('_')
  return at < 0 || id.length < at + 10 ? id : `${id.slice(0, at + 1)}…${id.slice(-6)}`
}
