// Reads a page of ours that was fetched; where a browser knows trusted types, this policy alone may.
const policy = window.trustedTypes?.createPolicy("openslot-page", { createHTML: (html) => html });

export const parsePage = (html) => new DOMParser().parseFromString(policy ? policy.createHTML(html) : html, "text/html");
