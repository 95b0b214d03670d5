// Lets the links to services carry the visitor's own time zone, where the address does not say one.
export const own = Intl.DateTimeFormat().resolvedOptions().timeZone;

export const carryZone = () => {
  if (!document.querySelector("main").dataset.zone || !own) return;
  document.querySelectorAll("main a[href^='/book/']").forEach((link) => {
    const url = new URL(link.href);
    url.searchParams.set("tz", own);
    link.href = url.href;
  });
};
