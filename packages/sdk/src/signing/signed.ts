/** What is signed: some text, then the body's bytes as they are. */
export interface Signed {
  readonly head: string
  readonly body: Uint8Array
}
