// The programs of the README, and what a reader has before each: names with their types.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const README = join(dirname(createRequire(import.meta.url).resolve('ferroauth')), 'README.md')

/** Each fenced program: its line, whether it is run, its text without imports, and from which modules beside ours it has some. */
export const programs = [...readFileSync(README, 'utf8').matchAll(/```js([^\n]*)\n(.*?)```/gs)].map(({ 1: mark, 2: text, index, input }) => ({
  line: input.slice(0, index).split('\n').length + 1,
  mark: mark.trim(),
  text: text.replace(/^import .*\n/gm, ''),
  imports: [...text.matchAll(/^import .* from '(.*)'$/gm)].filter(([, module]) => module !== 'ferroauth'),
}))

export const SETTING = {
  accessToken: 'string', api: 'ResourceServer', appKey: 'Buffer', client: 'Client', clientId: 'string', count: '(...of: string[]) => void', credentials: '{ clientId: string }',
  form: 'Record<string, string>', idToken: 'string', invoice: 'Buffer', key: 'any', keySet: 'KeySet', line: 'string', log: '{ warn(line: string): void }', olderKey: 'EncryptionKey',
  ours: 'Signer', pem: 'string', readFile: '(path: string, encoding: string) => Promise<string>', redirectUri: 'string', refreshToken: 'string',
  reply: 'Response', req: 'any', request: 'any', response: 'import("node:http").ServerResponse', secret: 'Buffer', sentNonce: 'string',
  service: 'Service', session: 'any', sessionId: 'string', signer: 'Signer', store: '(text: string) => void', theirs: 'Signer', token: 'string',
  tokens: 'TokenSet & { idToken: { claims: any } }', url: 'string', verifier: 'Verifier',
}
