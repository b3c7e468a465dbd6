// The types of the package, one file beside each JavaScript file.

export * from './lib/challenge.js'
export * from './lib/claims.js'
export * from './lib/client.js'
export * from './lib/common.js'
export * from './lib/dpop.js'
export * from './lib/encryption.js'
export * from './lib/errors.js'
export * from './lib/events.js'
export * from './lib/flow.js'
export * from './lib/grants.js'
export * from './lib/jws.js'
export * from './lib/keys.js'
export * from './lib/loopback.js'
export * from './lib/pkce.js'
export * from './lib/redirect.js'
export * from './lib/replies.js'
export * from './lib/resource_server.js'
export * from './lib/sasl.js'
export * from './lib/service.js'
export * from './lib/tokens.js'
export * from './lib/verifier.js'

/** The version that all host packages share. */
export const version: string
