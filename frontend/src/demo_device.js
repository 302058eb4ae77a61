// The demo's one-key phone: a telephone of its own beside the operator's, registered as the resident's.
import { UA, WebSocketInterface } from "jssip";

const NO_SERVERS = { pcConfig: { iceServers: [] } };

class OneKeyPhone {
  constructor(element) {
    this.element = element;
    this.display = element.querySelector("[data-display]");
    this.sound = new Audio();
    this.sound.autoplay = true;
    element.addEventListener("click", (event) => this.#pressed(event.target.closest("button")));
    this.#begin();
  }

  async #begin() {
    const answer = await fetch(this.element.dataset.account);
    if (!answer.ok) return;
    const account = await answer.json();
    this.ua = new UA({
      sockets: [new WebSocketInterface(account.socket)],
      uri: account.uri,
      authorization_user: account.user,
      password: account.password,
      session_timers: false,
      connection_recovery_max_interval: 5,
    });
    this.ua.on("registered", () => { if (!this.call) this.#show("ready"); });
    this.ua.on("disconnected", () => this.#show("off"));
    this.ua.on("newRTCSession", ({ session, originator }) => {
      if (originator !== "remote") return;
      if (this.call) {
        session.terminate({ status_code: 486 });
        return;
      }
      this.#follow(session);
      this.#show("ringing");
    });
    this.ua.start();
  }

  leave() {
    this.ua?.stop();
    this.sound.srcObject = null;
  }

  async #pressed(button) {
    if (!button || !this.ua) return;
    const { dial, key, hangUp } = button.dataset;
    if (hangUp !== undefined) this.call?.terminate();
    else if (key) this.call?.isEstablished() && this.call.sendDTMF(key, { transportType: "RFC2833", duration: 160 });
    else if (this.call) {
      if (this.call.direction === "incoming" && !this.call.isEstablished()) this.call.answer({ mediaStream: await this.#microphone(), ...NO_SERVERS });
    } else if (dial) await this.#dial(dial);
  }

  async #dial(target) {
    const mediaStream = await this.#microphone();
    if (!mediaStream || this.call) return;
    this.#show("calling");
    this.#follow(this.ua.call(`sip:${target}@linli`, { mediaStream, ...NO_SERVERS }));
  }

  async #microphone() {
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true } });
      return this.stream;
    } catch {
      this.#show("microphone");
      return null;
    }
  }

  #follow(session) {
    this.call = session;
    this.element.querySelector("[data-hang-up]").disabled = false;
    const listen = (connection) => connection.addEventListener("track", ({ track }) => { this.sound.srcObject = new MediaStream([track]); });
    if (session.connection) listen(session.connection);
    else session.on("peerconnection", ({ peerconnection }) => listen(peerconnection));
    session.on("icecandidate", ({ ready }) => setTimeout(ready, 250));
    session.on("confirmed", () => this.#show("talking"));
    session.on("ended", () => this.#over("ready"));
    session.on("failed", ({ cause }) => this.#over(cause === "Canceled" ? "ready" : "failed")); // one side gave up before the answer
  }

  #over(shown) {
    this.call = null;
    this.stream?.getTracks().forEach((track) => track.stop());
    this.element.querySelector("[data-hang-up]").disabled = true;
    this.#show(shown);
  }

  #show(state) {
    this.element.dataset.state = state;
    this.display.textContent = this.display.dataset[state];
  }
}

let phone = null;
const dress = () => {
  const element = document.getElementById("one-key-phone");
  if (phone && phone.element !== element) {
    phone.leave();
    phone = null;
  }
  if (element && !phone) phone = new OneKeyPhone(element);
};
document.addEventListener("turbo:load", dress);
dress();
