export * from './client/index.ts'
export * from './signing/index.ts'
