// Openslot on any page: <div data-openslot-url="https://…/book/name"> with data-openslot-mode inline, popup or button.
// An element becomes a widget whenever it is in the page; openslot.mount(element) serves shadow roots.
(() => {
  if (window.openslot?.mount) return; // this script is in the page twice
  const base = document.currentScript?.src || document.querySelector("script[src*=embed]")?.src || location.href;
  const NAMES = "name email firstName lastName phone date lang tz staff RefID".split(" ");
  const widgets = new WeakMap(); // by their element
  const frames = new Set(); // weakly held

  const create = (tag, style, properties) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.style.cssText = `border:0;${style}`;
    return made;
  };

  const languageOf = (node) => node && (node.closest("[lang]")?.lang || languageOf(node.getRootNode().host));

  const address = (place) => {
    const url = new URL(place.dataset.openslotUrl, base);
    if (!/^https?:$/.test(url.protocol)) throw Error(url); // else it could run as script
    const { searchParams: query } = url;
    for (const [name, value] of new URLSearchParams(location.search)) if (/^utm_/.test(name)) query.set(name, value);
    for (const { name, value } of place.attributes) {
      const key = name.replace("data-openslot-", "").replace(/-/g, "_");
      const known = NAMES.find((each) => each.toLowerCase() === key) || (/^(a\d+|utm_.+)$/.test(key) && key);
      if (known && key !== name) query.set(known, value);
    }
    const language = query.get("lang") || languageOf(place);
    if (language) query.set("lang", language);
    query.set("embed", 1);
    query.set("embed_origin", location.origin);
    return url;
  };

  const makeFrame = (place, url, title) => {
    const made = create("iframe", "display:block;width:100%;min-width:280px;height:640px", { src: url, title, className: "openslot-frame" });
    const post = (detail) => place.dispatchEvent(new CustomEvent("openslot", { detail, bubbles: true, composed: true }));
    const failed = setTimeout(() => made.isConnected && post({ event: "openslot.link_failed", payload: { url: url.origin + url.pathname } }), 15e3);
    made.openslot = (origin, data) => {
      if (origin !== url.origin || !/^openslot\./.test(data?.event)) return;
      clearTimeout(failed);
      if (/height$/.test(data.event)) made.style.height = data.payload.height;
      else if (/(select|schedul|cancel)ed$/.test(data.event) && made.getBoundingClientRect().top < 0) made.scrollIntoView(); // another page
      post(data);
    };
    frames.add(new WeakRef(made)); // an element that a page takes out may come back
    return made;
  };

  addEventListener("message", ({ origin, source, data }) => {
    for (const held of frames) {
      const made = held.deref();
      if (!made) frames.delete(held);
      else if (source && made.contentWindow === source) made.openslot(origin, data);
    }
  });

  const make = (place, widget) => {
    const url = address(place);
    const { dataset } = place;
    const wish = url.searchParams.get("lang")?.slice(0, 2).toLowerCase();
    const language = TEXTS[wish] ? wish : "en";
    const title = dataset.openslotTitle || TEXTS[language][0];
    const mode = dataset.openslotMode || "inline";
    if (mode === "inline") {
      place.querySelector(".openslot-frame")?.remove(); // of a copy of a page that was kept
      place.append((widget.shown = widget.iframe = makeFrame(place, url, title)));
      widget.end = () => widget.iframe.remove();
      return;
    }
    const dialog = create("dialog", "width:min(68rem,96vw);max-height:94vh;padding:0;border-radius:14px;overflow:auto", { lang: language, ariaLabel: title, onclose: () => dialog.remove() });
    const close = create("button", "position:sticky;top:0;float:inline-end;width:44px;height:44px;background:none;font-size:20px", { textContent: "✕", ariaLabel: dataset.openslotClose || TEXTS[language][1], onclick: () => dialog.close() });
    widget.open = (event) => {
      event?.preventDefault();
      dialog.replaceChildren(close, (widget.iframe = makeFrame(place, url, title)));
      document.body.append(dialog);
      dialog.showModal();
    };
    let opener = place;
    if (!/^(A|BUTTON)$/.test(place.tagName)) {
      opener = document.createElement("button");
      opener.type = "button";
      opener.textContent = dataset.openslotLabel ||= place.textContent.trim() || title;
      place.replaceChildren(opener);
    }
    widget.shown = opener;
    widget.end = () => {
      opener.removeEventListener("click", widget.open);
      if (opener !== place) opener.remove();
      dialog.close();
    };
    if (mode === "button") opener.style.cssText = "position:fixed;inset-block-end:20px;inset-inline-end:20px;z-index:99;padding:14px;border:0;border-radius:99px;background:#0a5bad;color:#fff;font:600 16px system-ui;cursor:pointer";
    opener.addEventListener("click", widget.open);
  };

  const mount = (place) => {
    const known = widgets.get(place);
    const key = place.dataset.openslotUrl;
    if (known?.key === key && place.contains(known.shown)) return known;
    known?.unmount?.();
    const widget = { key, unmount: () => (widget.shown = widget.end?.()) }; // one that fails, or is unmounted, is not tried again
    widgets.set(place, widget);
    make(place, widget);
    watch(place.getRootNode());
    return widget;
  };

  const look = (root) =>
    root.querySelectorAll("[data-openslot-url]").forEach((place) => {
      const known = widgets.get(place);
      if (known && !known.shown && known.key === place.dataset.openslotUrl) return;
      try {
        mount(place);
      } catch (error) {
        console.error(error);
      }
    });

  const observer = new MutationObserver((changes) => new Set(changes.map(({ target }) => target.getRootNode())).forEach(look));
  const watch = (root) => observer.observe(root, { childList: true, subtree: true, attributeFilter: ["data-openslot-url"] });
  const start = () => {
    watch(document);
    look(document);
  };

  window.openslot = { mount };
  document.readyState === "loading" ? addEventListener("DOMContentLoaded", start) : start();
})();
