'use strict'

// Loads the extension and translates its failures. Loading starts no thread and opens no socket.

const { platform, arch } = process

function load() {
  const flavours = platform === 'linux' ? ['-gnu', '-musl'] : platform === 'win32' ? ['-msvc'] : ['']
  let reason
  for (const flavour of flavours) {
    try {
      return require(`../ferroauth.${platform}-${arch}${flavour}.node`)
    } catch (error) {
      reason = reason && error.code === 'MODULE_NOT_FOUND' ? reason : error
    }
  }
  throw new Error(
    `ferroauth: this package holds no extension that loads on ${platform}-${arch}. ` +
      'Install a package built for this platform, or build it with bindings-node/build.sh.',
    { cause: reason },
  )
}

module.exports = load()
