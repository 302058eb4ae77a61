// One call on the line, from its ring to its end. Its channel is Asterisk's unique id of the caller.
import { close, open } from "./microphone.js";

export class Call {
  phase = "ringing"; // talking, held, ended
  muted = false;
  since = Date.now();

  constructor(session, request, changed) {
    this.session = session;
    this.changed = changed;
    this.channel = request.getHeader("X-Linli-Call") || "";
    this.alarm = request.getHeader("X-Linli-Alarm") === "1";
    this.answersItself = request.hasHeader("X-Linli-Answer");
    this.number = request.from.uri.user || "";
    this.name = request.from.display_name || "";
    // Detached from the page: an element in it falls silent when it is moved, and Turbo moves the whole telephone.
    this.sound = new Audio();
    this.sound.autoplay = true;
    session.on("peerconnection", ({ peerconnection }) => {
      peerconnection.addEventListener("track", ({ track }) => { this.sound.srcObject = new MediaStream([track]); });
      peerconnection.addEventListener("iceconnectionstatechange", () => this.#heal(peerconnection));
    });
    session.on("icecandidate", ({ ready }) => setTimeout(ready, 250)); // whatever comes later is not needed nearby
    session.on("confirmed", () => this.#enter("talking"));
    session.on("hold", ({ originator }) => { if (originator === "local") this.#enter("held"); });
    session.on("unhold", ({ originator }) => { if (originator === "local") this.#enter("talking"); });
    session.on("ended", () => this.#end());
    session.on("failed", () => this.#end());
  }

  async answer() {
    if (this.answering || this.phase !== "ringing") return;
    this.answering = true;
    try {
      this.stream = await open();
    } catch (error) {
      this.answering = false;
      throw error;
    }
    if (this.phase === "ringing") this.session.answer({ mediaStream: this.stream, pcConfig: { iceServers: [] } });
    else close(this.stream); // the caller has gone meanwhile
  }

  hangUp() {
    if (this.phase === "ended") return;
    this.session.terminate(this.phase === "ringing" ? { status_code: 486 } : {});
  }

  hold() { this.#hold(true); }

  resume() { this.#hold(false); }

  mute(yes) {
    this.muted = yes;
    if (yes) this.session.mute({ audio: true });
    else this.session.unmute({ audio: true });
    this.changed(this);
  }

  press(key) { this.session.sendDTMF(key, { transportType: "RFC2833", duration: 160, interToneGap: 70 }); }

  // After a break of the network: the exchange learns where we are now, or says that the call is over.
  mend() {
    if (this.phase === "talking" || this.phase === "held") this.session.renegotiate({ rtcOfferConstraints: { iceRestart: true } });
  }

  #heal(connection) {
    this.soundless = ["disconnected", "failed"].includes(connection.iceConnectionState);
    if (connection.iceConnectionState === "failed") this.mend();
    this.changed(this);
  }

  // What is pressed before the exchange has answered the last change is asked for once it has.
  #hold(yes) {
    if (this.phase !== "talking" && this.phase !== "held") return;
    this.holds = yes;
    const settled = () => { if (this.holds !== this.session.isOnHold().local) this.#hold(this.holds); };
    if (yes) this.session.hold({}, settled);
    else this.session.unhold({}, settled);
  }

  #enter(phase) {
    if (this.phase === "ringing") this.since = Date.now();
    this.phase = phase;
    this.changed(this);
  }

  #end() {
    if (this.phase === "ended") return;
    this.was = this.phase;
    this.phase = "ended";
    close(this.stream);
    this.sound.srcObject = null;
    this.changed(this);
  }
}
