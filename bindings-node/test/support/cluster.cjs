// A primary that uses the network before it forks four workers, each of which uses it as well.

const cluster = require('node:cluster')
const { Client, Service } = require('ferroauth')

async function job() {
  const client = new Client(await Service.discover(process.env.ISSUER), JSON.parse(process.env.CLIENT))
  for (let round = 0; round < 20; round += 1) await client.clientCredentials()
}

if (cluster.isPrimary) {
  job().then(() => {
    let ended = 0
    for (let index = 0; index < 4; index += 1) cluster.fork()
    cluster.on('exit', (worker, code) => {
      if (code !== 0) process.exit(code)
      ended += 1
      if (ended === 4) console.log('all well')
    })
  })
} else {
  job().then(() => process.disconnect())
}
