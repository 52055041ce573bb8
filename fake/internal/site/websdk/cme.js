/*
 * A stand-in by fakecme for the Web SDK of Tencent Cloud CME. It is not the vendor's script: it is
 * written from the documented interface, and calls the fake that served it.
 *
 * Documented: the global CME; CME.Net.create({sign}) and its fetch(path, params); CME.Iframe.create(el,
 * {sign}), in older documents CME.Iframe.init, CME.create and CME.init, with send, on, off and destroy; the names
 * of commands and events. What no document says is marked "assumed" below.
 */
(function (settings) {
  'use strict';

  // Where this script came from says where the services are. A bundler that runs it later leaves no
  // current script: then it is looked for in the page.
  function ownAddress() {
    var scripts = document.currentScript ? [document.currentScript] : Array.from(document.scripts);
    for (var i = 0; i < scripts.length; i++) {
      if (/\/(sdk_v1|cme_v2\.0\.1|cme_v2\.1|_fakecme\/sdk\/v[12])\.js([?#]|$)/.test(scripts[i].src) || scripts[i] === document.currentScript) {
        return new URL(scripts[i].src, document.baseURI);
      }
    }
    throw new Error('fakecme: the Web SDK must be loaded with <script src="…">: it calls the host that it came from');
  }

  var own = ownAddress();
  var vendor = /^(imgcache\.qq\.com|vs-cdn\.tencent-cloud\.com)$/.test(own.hostname);
  // From the real hosts it calls the real names; from the fake's own address, that address.
  var opencme = vendor ? own.protocol + '//open.cme.qcloud.com' : own.origin;
  var webpaas = vendor ? own.protocol + '//web-paas-api.cme.qcloud.com' : own.origin;
  var editor = own.origin + '/_fakecme/sdk/editor.html';

  console.info('%c fakecme %c This is a stand-in for the Web SDK of CME (%s), not the vendor\'s script. It calls %s. / 这是 fakecme 的替身脚本，不是官方 SDK。',
    'background:#3b5bdb;color:#fff;border-radius:3px', '', settings.version, opencme);

  // ---- CME.Net

  // failure is an Error in the form of the vendor's own web client: code, message, messageen (assumed).
  function failure(error, why) {
    var e = new Error(error.Message || '服务器内部错误');
    e.code = error.Code;
    e.messageen = error.EnglishMessage || '';
    return explained(e, why);
  }

  // explained adds why the fake rejected, where it does not show in a comparison.
  function explained(e, why) {
    if (why) {
      Object.defineProperty(e, 'fakecmeWhy', { value: why });
      console.warn('fakecme: ' + why);
    }
    return e;
  }

  function read(answer) {
    var why = answer.headers.get('X-Fakecme-Why') || '';
    return answer.text().then(function (text) {
      // Errors come with status 200; any other is no response of the service (the vendor's own web client).
      if (answer.status !== 200) {
        throw explained(new Error('HTTP ' + answer.status + ': ' + text.slice(0, 200)), why);
      }
      return { body: JSON.parse(text), why: why };
    });
  }

  // signIn exchanges the signature for a ticket: in each of the two documented envelopes.
  function signIn(sign) {
    var query = sign === undefined || sign === null ? '' : String(sign);
    return fetch(opencme + '/?signature=' + encodeURIComponent(query), { cache: 'no-store' }).then(read).then(function (got) {
      var body = got.body;
      var rejected = body.Response ? body.Response.Error : body.Code !== 'Success' && body;
      if (rejected) {
        throw Object.assign(failure(rejected, got.why), { error: rejected });
      }
      return (body.Response || body.Data).Authorization;
    });
  }

  function Net(ticket) {
    this.fetch = function (path, params) {
      return ticket.then(function (auth) {
        // A path without its slash stands in an older document.
        var at = webpaas + '/PaaS' + (String(path).charAt(0) === '/' ? '' : '/') + path;
        return fetch(at + '?auth=' + encodeURIComponent(auth), {
          method: 'POST', cache: 'no-store',
          headers: { 'Content-Type': 'application/json;charset=utf-8', Accept: 'application/json' },
          body: JSON.stringify(params === undefined || params === null ? {} : params)
        });
      }).then(read).then(function (got) {
        if (settings.result === 'envelope') {
          if (got.why) { console.warn('fakecme: ' + got.why); }
          return got.body;
        }
        // As the vendor's own web client does: Data, and an error for any other Code but ResourceNotFound.
        if (got.body.Code !== 'Success' && got.body.Code !== 'ResourceNotFound') {
          throw failure(got.body, got.why);
        }
        return got.body.Data;
      });
    };
  }

  function createNet(options) {
    var ticket = signIn((options || {}).sign);
    ticket.catch(function () {}); // whoever calls fetch hears of it
    var net = new Net(ticket);
    if (settings.create === 'promise') {
      return ticket.then(function () { return net; }, function (e) {
        // It resolves in both cases (documented). Without a response there is a Message only (assumed).
        var result = { Error: e.error || { Message: e.message } };
        if (e.fakecmeWhy) { Object.defineProperty(result, 'fakecmeWhy', { value: e.fakecmeWhy }); }
        return result;
      });
    }
    // The instance at once, and thenable. What it resolves with is the same instance without then
    // (assumed): a promise never settles with a thenable.
    var settled = ticket.then(function () { return net; });
    settled.catch(function () {});
    return {
      fetch: net.fetch,
      then: function (good, bad) { return settled.then(good, bad); },
      catch: function (bad) { return settled.catch(bad); }
    };
  }

  // ---- CME.Iframe

  // Frame shows the editor in el. Messages have the form of the vendor's demo: {id, time, type, data: {name,
  // val}}, and results {id, ret, msg, type, data}.
  function createFrame(el, options) {
    if (!el || typeof el.appendChild !== 'function') {
      throw new TypeError('CME: the first argument must be an HTML element');
    }
    options = options || {};
    var frame = document.createElement('iframe');
    var handlers = Object.create(null), waiting = {}, last = 0, ready = false, destroyed = false;
    var target = own.origin;

    function post(name, val, id) {
      frame.contentWindow.postMessage({ id: id, time: Date.now(), type: 'event', data: { name: name, val: val } }, target);
    }

    function emit(name, val) {
      if (name === 'Editor:Ready') { ready = true; }
      (handlers[name] || []).slice().forEach(function (handler) { handler(val); });
      if (name === 'Editor:Ready' && options.onLoaded) { options.onLoaded(val); }
      if (name === 'Error' && options.onError) { options.onError(val); }
    }

    function hear(event) {
      var message = event.data;
      // A sandbox around the page is around the frame too: neither has an origin.
      var sandboxed = self.origin === 'null' && event.origin === 'null';
      if (event.source !== frame.contentWindow || event.origin !== own.origin && !sandboxed || !message || !message.data) { return; }
      if (message.type === 'callback') {
        var callback = waiting[message.id];
        delete waiting[message.id];
        if (callback) { callback({ id: message.id, ret: message.ret, msg: message.msg, type: 'event', data: message.data.val }); }
        return;
      }
      if (message.data.name === 'fakecme:hello') {
        if (sandboxed) { target = '*'; } // an origin of null cannot be named
        post('fakecme:open', options.sign === undefined ? '' : String(options.sign));
        return;
      }
      if (message.data.name === 'Error' && message.data.why) { console.warn('fakecme: ' + message.data.why); }
      emit(message.data.name.replace(/:Click$/, settings.click), message.data.val);
    }

    // settle gives a result to a callback: (err, data) in the newest document, the whole result in older ones.
    function settle(callback, result) {
      if (result.ret !== 0) { console.warn('fakecme: ' + result.msg); }
      if (typeof callback !== 'function') { return; }
      if (settings.callback !== 'error-first') {
        callback(result);
      } else if (result.ret === 0) {
        callback(null, result.data);
      } else {
        callback(Object.assign(new Error(result.msg), { ret: result.ret }));
      }
    }

    window.addEventListener('message', hear);
    frame.src = editor;
    frame.title = 'CME (fakecme)';
    frame.style.cssText = 'display:block;width:100%;height:100%;min-height:480px;border:0';
    el.appendChild(frame);

    return {
      send: function (cmd, param, callback) {
        if (typeof param === 'function') {
          callback = param;
          param = undefined;
        }
        var id = 'fakecme-' + (++last);
        if (!ready || destroyed) { // only valid after Editor:Ready (documented); an error (assumed)
          var why = cmd + ': ' + (destroyed ? 'the instance is destroyed' : 'wait for Editor:Ready');
          setTimeout(function () { settle(callback, { id: id, ret: -1, msg: why, type: 'event' }); });
          return;
        }
        waiting[id] = function (result) { settle(callback, result); };
        post(cmd, param, id);
      },
      on: function (name, handler) {
        (handlers[name] = handlers[name] || []).push(handler);
      },
      off: function (name, handler) {
        if (name === undefined) {
          handlers = Object.create(null);
        } else if (handler === undefined) {
          delete handlers[name];
        } else {
          handlers[name] = (handlers[name] || []).filter(function (h) { return h !== handler; });
        }
      },
      destroy: function () {
        destroyed = true;
        handlers = Object.create(null);
        waiting = {};
        window.removeEventListener('message', hear);
        frame.remove();
      }
    };
  }

  // CME.create and CME.init are the names of older documents for the same.
  window.CME = {
    Net: { create: createNet },
    Iframe: { create: createFrame, init: createFrame },
    create: createFrame,
    init: createFrame
  };
  if (settings.version === '1') { window.CME.version = '1.0'; }
})('SETTINGS');
