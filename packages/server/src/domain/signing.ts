/** The one signer (decisions/one-signer): the server signs and verifies with the code that is published. */
export * from '@posthorn/sdk/signing'
