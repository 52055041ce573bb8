// Makes Node.js send its calls through the proxy of HTTPS_PROXY: http, https, and the built-in
// fetch. Versions that can do so themselves (NODE_USE_ENV_PROXY) are left alone. Clients with an
// agent of their own are not changed. Loaded by NODE_OPTIONS=--require; fakecme wrote this file.
'use strict'
const http = require('http'), https = require('https'), net = require('net'), tls = require('tls')

const given = process.env.HTTPS_PROXY || process.env.https_proxy
if (given && !process.allowedNodeEnvironmentFlags.has('--use-env-proxy')) install(new URL(given))

function install (proxy) {
  const exempt = (process.env.NO_PROXY || process.env.no_proxy || '').toLowerCase().split(/[\s,]+/).filter(Boolean)

  // direct says whether a host is called without the proxy.
  function direct (host) {
    host = String(host || 'localhost').toLowerCase().replace(/^\[|\]$/g, '')
    return exempt.some(e => e === '*' || host === e || host.endsWith('.' + e.replace(/^\*?\./, '')))
  }

  // tunnel asks the proxy for a connection.
  function tunnel (host, port, done) {
    const target = net.isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`
    const headers = { host: target }
    if (proxy.username) {
      const user = decodeURIComponent(proxy.username) + ':' + decodeURIComponent(proxy.password)
      headers['proxy-authorization'] = 'Basic ' + Buffer.from(user).toString('base64')
    }
    http.request({ host: proxy.hostname, port: proxy.port || 80, method: 'CONNECT', path: target, headers, agent: false })
      .once('connect', (answer, socket) => {
        if (answer.statusCode === 200) return done(null, socket)
        socket.destroy()
        done(new Error(`proxy: ${answer.statusCode} ${answer.headers['x-fakecme-why'] || answer.statusMessage}`))
      })
      .once('error', done)
      .end()
  }

  // connect opens a connection, through the proxy unless the host is called directly.
  function connect (secure, options, done) {
    const host = options.hostname || options.host
    const port = options.port || (secure ? 443 : 80)
    let waiting = true
    const once = (err, socket) => { if (waiting) { waiting = false; err ? done(err) : done(null, socket) } }
    const name = options.servername || (net.isIP(host) ? '' : host)
    const encode = socket => {
      const s = tls.connect({ ...options, host, port, socket, servername: name })
      s.once('secureConnect', () => once(null, s)).once('error', once)
    }
    if (direct(host)) {
      if (secure) return encode(undefined)
      const s = net.connect({ ...options, host, port })
      s.once('connect', () => once(null, s)).once('error', once)
      return
    }
    tunnel(host, port, (err, socket) => {
      if (err) return once(err)
      secure ? encode(socket) : once(null, socket)
    })
  }

  // agents for http and https, with the options of Node's own.
  const agent = (Base, secure) => {
    class Agent extends Base {
      createConnection (options, done) {
        connect(secure, options.socketPath ? options : { ...options, path: undefined }, done)
      }
    }
    return new Agent({ keepAlive: true, scheduling: 'lifo', timeout: 5000 })
  }
  http.globalAgent = agent(http.Agent, false)
  https.globalAgent = agent(https.Agent, true)

  // The built-in fetch keeps what sends its calls under this name, once it has been loaded.
  void globalThis.Response
  const place = Symbol.for('undici.globalDispatcher.1')
  const standard = globalThis[place]
  if (!standard) return
  const Dispatcher = standard.constructor
  globalThis[place] = new Dispatcher({
    connect: (options, done) => connect(options.protocol === 'https:', {
      hostname: String(options.hostname).replace(/^\[|\]$/g, ''), port: options.port, servername: options.servername, ALPNProtocols: ['http/1.1'],
    }, done),
  })
}
