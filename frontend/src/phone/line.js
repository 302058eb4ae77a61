// The telephone line: registered with the exchange over its WebSocket, which it reaches for again whenever it breaks, and its calls.
import { UA, WebSocketInterface } from "jssip";
import Timers from "jssip/lib/Timers.js";
import { Call } from "./call.js";

const ANSWERS_ITSELF_MS = 10000;
const RETRY_S = 2; // a desk without a telephone is a caller who waits
// An exchange that is only starting takes the connection and answers nothing; after SIP's own 32 s it would not be asked again.
Timers.TIMER_F = 5000;

export class Line extends EventTarget {
  calls = [];
  registered = false;
  #answersUntil = 0;

  constructor(account) {
    super();
    this.ua = new UA({
      sockets: [new WebSocketInterface(account.socket)],
      uri: account.uri,
      authorization_user: account.user,
      password: account.password,
      display_name: account.name,
      user_agent: "Linli",
      register_expires: 300,
      session_timers: false,
      no_answer_timeout: 3600, // the exchange decides for how long it rings
      connection_recovery_min_interval: RETRY_S,
      connection_recovery_max_interval: 10,
    });
    this.ua.on("registered", () => this.#isRegistered(true));
    this.ua.on("unregistered", () => this.#isRegistered(false));
    this.ua.on("registrationFailed", () => {
      this.#isRegistered(false);
      clearTimeout(this.retry);
      this.retry = setTimeout(() => { if (this.ua.isConnected()) this.ua.register(); }, RETRY_S * 1000);
    });
    this.ua.on("disconnected", () => this.#isRegistered(false));
    this.ua.on("newRTCSession", ({ session, request, originator }) => {
      if (originator === "remote") this.#ring(session, request);
    });
    this.ua.start();
  }

  // The call that is spoken on, the one that rings (a call for help before any other), one that is on hold.
  get talking() { return this.calls.find(({ phase }) => phase === "talking"); }
  get ringing() { return this.calls.find(({ phase, alarm }) => phase === "ringing" && alarm) ?? this.calls.find(({ phase }) => phase === "ringing"); }
  get held() { return this.calls.findLast(({ phase }) => phase === "held"); }

  // This page has asked the exchange to ring it: that ring is answered by itself.
  expect() { this.#answersUntil = Date.now() + ANSWERS_ITSELF_MS; }

  async answer(call = this.ringing) {
    if (!call) return;
    this.talking?.hold(); // its caller hears music
    await call.answer();
  }

  // Leaves the telephone to another page; calls end.
  stop() {
    clearTimeout(this.retry);
    this.ua.stop();
  }

  #ring(session, request) {
    const call = new Call(session, request, (changed) => this.#changed(changed));
    this.calls.push(call);
    if (call.answersItself && Date.now() < this.#answersUntil) {
      this.#answersUntil = 0;
      call.wanted = true;
      this.answer(call).catch((error) => this.#tell("trouble", { error }));
    }
    this.#tell("ring", { call });
  }

  #changed(call) {
    if (call.phase === "ended") {
      this.calls = this.calls.filter((one) => one !== call);
      this.#tell("ended", { call });
    } else if (call.phase === "talking" && !call.told) {
      call.told = true;
      this.#tell("answered", { call });
    } else {
      this.#tell("changed", { call });
    }
  }

  #isRegistered(yes) {
    const again = yes && !this.registered && this.wasRegistered;
    this.registered = yes;
    this.wasRegistered ||= yes;
    if (again) this.calls.forEach((call) => call.mend());
    this.#tell(yes ? "registered" : "lost", {});
  }

  #tell(kind, detail) { this.dispatchEvent(new CustomEvent(kind, { detail })); }
}
