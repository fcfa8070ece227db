/** What one window reads of content, at most; one row more if it alone is larger. */
const TEXT_WINDOW_BYTES = 4 * 1024 * 1024

/** The ids of the first rows whose content is no more than a window may read. */
export function withinBytes(sized: readonly { readonly id: string; readonly bytes: number }[]): string[] {
  let bytes = 0
  const beyond = sized.findIndex((one, i) => {
    bytes += Number(one.bytes)
    return i > 0 && bytes > TEXT_WINDOW_BYTES
  })
  return sized.slice(0, beyond < 0 ? undefined : beyond).map(({ id }) => id)
}
