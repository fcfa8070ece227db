/** The host says where a thing goes; an address that cannot be read is shown as it stands. */
export function hostText(url: string): string {
  return URL.parse(url)?.host ?? url
}

/** How lists name an endpoint: as its owner calls it, and the host that it stands for. */
export function endpointText({
  uid,
  description,
  url,
}: {
  readonly uid: string | null
  readonly description: string
  readonly url: string
}): string {
  const name = description || uid
  return name === null || name === '' ? hostText(url) : `${name}, ${hostText(url)}`
}
