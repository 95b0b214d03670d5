// What a browser keeps for us, where it does: storage may be blocked, full or not there, and then every access throws.
export const [TAB, BROWSER] = ["sessionStorage", "localStorage"];

const guarded = (task) => {
  try {
    return task();
  } catch {
    return null;
  }
};

export const recall = (where, name) => guarded(() => globalThis[where].getItem(name));
export const remember = (where, name, value) => guarded(() => globalThis[where].setItem(name, value));
export const forget = (where, name) => guarded(() => globalThis[where].removeItem(name));
