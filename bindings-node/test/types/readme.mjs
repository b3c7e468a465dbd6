// Writes the README's programs as one TypeScript module for the compiler: node readme.mjs > readme.mts
import * as ferroauth from 'ferroauth'
import { SETTING, programs } from '../support/readme.mjs'

const parameters = Object.entries(SETTING).map(([name, type]) => `${name}: ${type}`).join(', ')
console.log(`import { ${Object.keys(ferroauth).filter((name) => name !== 'default').join(', ')} } from 'ferroauth'`)
// Node types what a channel carries as unknown; on ours it is the event of that name.
console.log("import type { Event, EventName } from 'ferroauth'")
console.log('declare function subscribe<N extends EventName>(channel: `ferroauth:${N}`, listener: (event: Extract<Event, { name: N }>) => void): void')
for (const { line, text } of programs) {
  // In a block of its own, so that a program may begin anew under a name.
  console.log(`export async function line${line}(${parameters}): Promise<any> {\n{\n${text}}\n}`)
}
