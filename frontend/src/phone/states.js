// What the operator is doing, as the console has it: told when it changes, and asked every few seconds, which also tells that the
// page is there. Emits `changed`; `left` when another page has taken the telephone, `out` when the visit is over.
import { SignedOut, tell, tellLeaving } from "./server.js";

const EVERY_MS = 5000;
const BEFORE = "linli-phone-page"; // which page of this browser had the telephone last: if it crashed, this one follows it
const page = crypto.randomUUID?.() ?? String(Math.random()).slice(2);

export class States extends EventTarget {
  state = "away";
  reason = "";
  reached = true;

  // Whether this page may have the telephone; `take` takes it from another.
  async begin(take) {
    const held = await this.#beat({ after: localStorage.getItem(BEFORE) ?? "", ...(take && { take: 1 }) });
    if (held) localStorage.setItem(BEFORE, page);
    this.asking = true;
    this.#later();
    return held;
  }

  end() {
    this.asking = false;
    clearTimeout(this.timer);
  }

  leave() { tellLeaving({ page }); }

  async beat() {
    clearTimeout(this.timer);
    try {
      if (await this.#beat({}) === false && this.asking) this.#tell("left");
    } catch {
      // is told by `changed`, and asked again
    }
    this.#later();
  }

  ready() { return this.#set("state", { state: "ready" }); }
  pause(reason) { return this.#set("state", { state: "pause", reason }); }
  done(note) { return this.#set("wrapped-up", { note }); }

  async #set(path, fields) {
    try {
      this.#take(await tell(path, fields));
    } catch (error) {
      this.#missed(error);
    }
  }

  async #beat(more) {
    try {
      const answer = await tell("here", { page, ...more });
      this.#take(answer);
      return answer.held;
    } catch (error) {
      this.#missed(error);
      throw error;
    }
  }

  #take({ state, reason, until }) {
    Object.assign(this, { state, reason, until: until ? Date.parse(until) : null, reached: true });
    this.#tell("changed");
  }

  #missed(error) {
    this.reached = false;
    this.#tell(error instanceof SignedOut ? "out" : "changed");
  }

  #later() {
    clearTimeout(this.timer);
    if (this.asking) this.timer = setTimeout(() => this.beat(), EVERY_MS);
  }

  #tell(kind) { this.dispatchEvent(new Event(kind)); }
}
