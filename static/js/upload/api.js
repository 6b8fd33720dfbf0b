// Uploads over HTTP, as the server speaks them; what it refuses is an error with its own words.

const AWAY = "连不上服务器，请检查网络。";

export class Refused extends Error {
  constructor(status, said = {}) {
    super(said.error || (status ? `服务器没有接受（${status}）。` : AWAY));
    this.status = status;
    this.login = said.login || "";
    this.missing = said.missing || [];
  }

  // Whether the same may be taken later: no network, the server busy, or a login that ended.
  get passes() {
    return this.status === 0 || this.status === 401 || this.status === 429 || this.status >= 500;
  }
}

export function refusal(status, text) {
  try {
    return new Refused(status, JSON.parse(text));
  } catch {
    return new Refused(status);
  }
}

async function ask(method, address, body) {
  let answer;
  try {
    answer = await fetch(address, {
      method,
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body && JSON.stringify(body),
    });
  } catch {
    throw new Refused(0);
  }
  const text = await answer.text();
  if (!answer.ok) throw refusal(answer.status, text);
  return text ? JSON.parse(text) : {};
}

const BASE = "/videos/uploads";

export const begin = (file) =>
  ask("POST", BASE, { name: file.name, size: file.size, type: file.type.slice(0, 100) });
export const state = (id) => ask("GET", `${BASE}/${id}?digests=1`);
export const finish = (id, digest) =>
  ask("POST", `${BASE}/${id}/finish`, { sha256_of_digests: digest });
export const cancel = (id) => ask("DELETE", `${BASE}/${id}`);
export const pieceAddress = (id, number) => `${BASE}/${id}/pieces/${number}`;
