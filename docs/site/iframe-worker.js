// Search in pages that were opened from a folder: browsers start no Worker from file:// addresses, so the script runs in a hidden
// frame instead. Messages go through as they would to a worker; importScripts adds script elements one after the other.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(address) {
      super();
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      document.body.append(this.frame);
      const inner = (this.inner = this.frame.contentWindow);
      inner.toHost = (data) => {
        const event = new MessageEvent("message", { data });
        this.dispatchEvent(event);
        if (typeof this.onmessage === "function") this.onmessage(event);
      };
      const body = `<body><script>
        const here = ${JSON.stringify(String(address))};
        var postMessage = (data) => toHost(data);
        var importScripts = async (...names) => {
          for (const name of names) {
            await new Promise((done, failed) => {
              const one = document.createElement("script");
              one.src = new URL(name, here);
              one.onload = done;
              one.onerror = failed;
              document.body.append(one);
            });
          }
        };
      <\/script><script src="${String(address)}"><\/script></body>`;
      inner.document.open();
      inner.document.write(body);
      inner.document.close();
      this.loaded = new Promise((done) => (this.frame.onload = done));
    }
    postMessage(data) {
      this.loaded.then(() => this.inner.dispatchEvent(new MessageEvent("message", { data })));
    }
    terminate() {
      this.frame.remove();
    }
  };
}
