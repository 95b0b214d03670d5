// Openslot on any page: <div data-openslot-url="https://…/book/name"> with data-openslot-mode inline, popup or button.
(() => {
  const script = document.currentScript;
  const PREFILL = /^(name|email|firstName|lastName|phone|date|lang|tz|staff|RefID|a\d+|utm_\w+)$/;
  const STEP = /_selected$|\.event_(scheduled|rescheduled|canceled)$/; // another page, to be read from its top
  const CAMEL = { firstname: "firstName", lastname: "lastName", refid: "RefID" };

  const address = (place) => {
    const url = new URL(place.dataset.openslotUrl, script.src);
    for (const [name, value] of new URLSearchParams(location.search)) if (/^utm_/.test(name)) url.searchParams.set(name, value);
    for (const { name, value } of place.attributes) {
      const key = name.replace(/^data-openslot-/, "").replace(/-/g, "_");
      if (name !== key && PREFILL.test(CAMEL[key] ?? key)) url.searchParams.set(CAMEL[key] ?? key, value);
    }
    url.searchParams.set("embed", "1");
    url.searchParams.set("embed_origin", location.origin);
    return url;
  };

  const frame = (place) => {
    const url = address(place);
    const made = document.createElement("iframe");
    made.src = url;
    made.title = place.dataset.openslotTitle || "Book an appointment";
    made.style.cssText = "display:block;width:100%;min-width:280px;height:640px;border:0;color-scheme:auto";
    const failed = setTimeout(() => made.isConnected && post({ event: "openslot.link_failed", payload: { url: url.origin + url.pathname } }), 15000);
    const post = (detail) => place.dispatchEvent(new CustomEvent("openslot", { detail, bubbles: true }));
    const hear = ({ origin, source, data }) => {
      if (!made.isConnected) return removeEventListener("message", hear);
      if (origin !== url.origin || source !== made.contentWindow || !/^openslot\./.test(data?.event)) return;
      clearTimeout(failed);
      if (data.event === "openslot.page_height") made.style.height = data.payload.height;
      else if (STEP.test(data.event) && made.getBoundingClientRect().top < 0) made.scrollIntoView();
      post(data);
    };
    addEventListener("message", hear);
    return made;
  };

  const popup = (place) => {
    const dialog = document.createElement("dialog");
    dialog.style.cssText = "width:min(68rem,96vw);max-height:94vh;padding:0;border:0;border-radius:14px;overflow:auto";
    const close = document.createElement("button");
    close.textContent = "✕";
    close.ariaLabel = place.dataset.openslotClose || "Close";
    close.style.cssText = "position:sticky;top:0;float:inline-end;width:44px;height:44px;border:0;background:none;font-size:20px;cursor:pointer";
    close.onclick = () => dialog.close();
    dialog.append(close, frame(place));
    dialog.onclose = () => dialog.remove();
    document.body.append(dialog);
    dialog.showModal();
  };

  const start = () =>
    document.querySelectorAll("[data-openslot-url]:not([data-openslot-ready])").forEach((place) => {
      place.dataset.openslotReady = "";
      const mode = place.dataset.openslotMode || "inline";
      if (mode === "inline") return place.append(frame(place));
      const opener = /^(A|BUTTON)$/.test(place.tagName) ? place : document.createElement("button");
      if (opener !== place) {
        opener.textContent = place.dataset.openslotLabel || place.textContent.trim() || "Book";
        place.replaceChildren(opener);
      }
      if (mode === "button") opener.style.cssText = "position:fixed;inset-block-end:20px;inset-inline-end:20px;z-index:9999;padding:14px 22px;border:0;border-radius:99px;background:#0a5bad;color:#fff;font:600 16px system-ui,sans-serif;cursor:pointer;box-shadow:0 6px 20px #0004";
      opener.addEventListener("click", (event) => (event.preventDefault(), popup(place)));
    });

  document.readyState === "loading" ? addEventListener("DOMContentLoaded", start) : start();
})();
