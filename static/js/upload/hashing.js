// SHA-256 of pieces, by the worker beside this file, and that of a whole file over its pieces'.

const waiting = new Map();
let asked = 0;
let worker = null;

// Browsers give it to pages over https and on the own machine only.
export const isPossible = Boolean(globalThis.crypto?.subtle);

export function digest(blob) {
  if (worker === null) {
    worker = new Worker(new URL("./digest.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data: { number, bytes, error } }) => {
      const { done, failed } = waiting.get(number);
      waiting.delete(number);
      if (error) failed(new Error(error));
      else done(hex(bytes));
    };
    worker.onerror = () => {
      for (const { failed } of waiting.values()) failed(new Error("worker"));
      waiting.clear();
      worker = null;
    };
  }
  const number = ++asked;
  return new Promise((done, failed) => {
    waiting.set(number, { done, failed });
    worker.postMessage({ number, blob });
  });
}

export async function whole(digests) {
  const together = new Uint8Array(digests.length * 32);
  digests.forEach((text, place) => {
    for (let at = 0; at < 32; at += 1) {
      together[place * 32 + at] = parseInt(text.slice(2 * at, 2 * at + 2), 16);
    }
  });
  return hex(await crypto.subtle.digest("SHA-256", together));
}

function hex(bytes) {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
