/** Whether a Content-Encoding says that the body is as it is: it may be missing, empty, or name `identity`, also more than once. */
export function isIdentity(contentEncoding: string | undefined): boolean {
  return contentEncoding === undefined || /^(?:identity|[\s,])*$/i.test(contentEncoding)
}
