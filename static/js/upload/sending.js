// One file on its way: announced or found again, checked, sent in pieces by resumable.js, finished.
// A failure that may pass makes it pause, never fail.
import * as api from "./api.js";
import { digest, whole } from "./hashing.js";

const AT_ONCE = 3;
const TRIES = 10;
const FIRST_WAIT = 1000; // ms before a piece is sent again; doubled each time
const LONGEST_WAIT = 30000;
const PIECE_TIMEOUT = 300000;
const PERMANENT = [400, 401, 403, 404, 409, 413, 415];
const THERE = { readyState: 4, status: 200, responseText: "", abort() {} };
const UNREADABLE = "文件读不出来了：可能被移动、改名或修改过。请重新选择这个文件。";
const TOLD_EVERY = 500; // ms

export class Sending {
  // `tell(state, said)` is called at each change: checking, sending, finishing, paused, done, failed.
  constructor(file, id, tell) {
    this.file = file;
    this.id = id;
    this.tell = tell;
    this.state = "waiting";
    this.video = "";
    this.digests = new Map();
    this.resumable = null;
    this.sent = 0; // bytes that the server has
    this.told = 0;
  }

  get isBusy() {
    return ["checking", "sending", "finishing"].includes(this.state);
  }

  // Until it is done, failed or paused. Never throws.
  async run() {
    this.#to("checking");
    try {
      if (!this.id) {
        const made = await api.begin(this.file);
        this.id = made.id;
        this.video = made.video;
      }
      const found = await api.state(this.id);
      this.video = found.video || this.video;
      if (found.state === "receiving") {
        await this.#send(found);
        this.#to("finishing");
        await this.#finish();
      } else if (found.state !== "merging" && found.state !== "done") {
        throw new api.Refused(409, { error: found.problem || "这次上传已经结束。" });
      }
      this.#to("done");
    } catch (error) {
      this.#stop();
      if (error === PAUSED) return;
      if (!(error instanceof api.Refused)) this.#to("paused", { error: UNREADABLE, unreadable: true });
      else this.#to(error.passes ? "paused" : "failed", { error: error.message, login: error.login });
    }
  }

  pause() {
    if (this.state !== "checking" && this.state !== "sending") return;
    this.#to("paused", { wanted: true });
    this.#end?.(PAUSED);
  }

  async cancel() {
    this.#to("cancelled");
    this.#end?.(PAUSED);
    this.#stop();
    if (this.id) await api.cancel(this.id);
  }

  #end = null; // ends the promise of the pieces under way

  #to(state, said = {}) {
    if (this.state === "cancelled") return;
    this.state = state;
    this.tell(state, said);
  }

  #send({ piece_bytes: pieceBytes, digests = {} }) {
    this.have = new Map(Object.entries(digests).map(([number, text]) => [Number(number), text]));
    return new Promise((done, failed) => {
      this.#end = failed;
      const resumable = new globalThis.Resumable({
        chunkSize: pieceBytes,
        forceChunkSize: true,
        simultaneousUploads: AT_ONCE,
        method: "octet",
        // The one call before has told what is there: no piece is asked for by itself.
        testChunks: false,
        maxChunkRetries: TRIES,
        chunkRetryInterval: FIRST_WAIT,
        permanentErrors: PERMANENT,
        xhrTimeout: PIECE_TIMEOUT,
        generateUniqueIdentifier: () => this.id,
        target: (params) => api.pieceAddress(this.id, numberIn(params)),
        headers: (_file, chunk) => ({ "X-Piece-SHA256": this.digests.get(chunk.offset + 1) }),
        preprocess: (chunk) => this.#prepare(chunk).catch(failed),
      });
      this.resumable = resumable;
      resumable.on("chunkingComplete", () => resumable.upload());
      resumable.on("fileProgress", (file) => this.#progress(file));
      resumable.on("fileRetry", (file) => {
        const most = Math.max(...file.chunks.map((chunk) => chunk.retries));
        resumable.opts.chunkRetryInterval = wait(most);
      });
      resumable.on("fileError", (_file, message) => failed(api.refusal(...JSON.parse(message))));
      resumable.on("fileSuccess", () => done());
      resumable.addFile(this.file);
    });
  }

  // Hash a piece; one that the server has with this very digest is not sent.
  async #prepare(chunk) {
    const number = chunk.offset + 1;
    if (!this.digests.has(number)) {
      this.digests.set(number, await digest(this.file.slice(chunk.startByte, chunk.endByte)));
    }
    if (chunk.resumableObj !== this.resumable) return; // paused meanwhile
    if (this.have.get(number) === this.digests.get(number)) {
      chunk.preprocessState = 2;
      chunk.xhr = THERE;
      chunk.callback("success", "");
      // Not at once: thousands of pieces would be as many calls inside each other.
      setTimeout(() => chunk.resumableObj.uploadNextChunk());
      return;
    }
    if (this.state === "checking") this.#to("sending");
    // resumable.js hands on the text of a refusal, and not its status.
    chunk.message = () => JSON.stringify([chunk.xhr?.status ?? 0, chunk.xhr?.responseText ?? ""]);
    chunk.preprocessFinished();
  }

  #progress(file) {
    const now = Date.now();
    if (now - this.told < TOLD_EVERY) return;
    this.told = now;
    this.sent = file.chunks.reduce(
      (sum, chunk) => sum + (chunk.xhr === THERE ? chunk.endByte - chunk.startByte : chunk.loaded),
      0,
    );
    this.tell(this.state, { bytes: this.sent, checked: this.digests.size / file.chunks.length });
  }

  async #finish() {
    const numbers = [...this.digests.keys()].sort((one, other) => one - other);
    await api.finish(this.id, await whole(numbers.map((number) => this.digests.get(number))));
  }

  // Nothing of the run may go on by itself: resumable.js sends again what waits for its next try.
  #stop() {
    for (const file of this.resumable?.files ?? []) {
      for (const chunk of file.chunks) {
        chunk.preprocessState = 1;
        if (chunk.xhr !== THERE) chunk.abort();
      }
    }
    this.resumable = null;
    this.#end = null;
  }
}

const PAUSED = Symbol("paused");

function numberIn(params) {
  const found = params.find((text) => text.startsWith("resumableChunkNumber="));
  return Number(found.split("=")[1]);
}

function wait(tries) {
  const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** tries);
  return longest / 2 + (Math.random() * longest) / 2;
}
