/** The host says where a thing goes; an address that cannot be read is shown as it stands. */
export function hostText(url: string): string {
  return URL.parse(url)?.host ?? url
}
