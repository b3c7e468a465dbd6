// Loaded first (`node --require`): makes Node look like a runtime without libuv, where the network runs on a thread.

const versions = Object.freeze({ ...process.versions, bun: 'pretended' })
Object.defineProperty(process, 'versions', { value: versions })
