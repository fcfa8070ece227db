/** What `@posthorn/sdk` is in browsers: the client of the API, and signing on Web Crypto. */
export * from './client/index.ts'
export * from './signing/browser.ts'
