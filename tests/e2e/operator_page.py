"""An operator's page in a real browser, which speaks into its microphone what a file says and tells what it hears."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from audio.sound import read_wav, write_wav
from linli.softphone import Call, Identity, Softphone
from models.secrets import own_secret
from tests.e2e.town import Town, eventually
from tests.e2e.voices import OPERATOR_HZ, is_heard, tone
from tests.operator_console.chromium import running_browser

# Keeps the loudest pitch of what the other side says, of every call: the telephone itself has its sound outside of the page.
LISTENS = """
const Connection = window.RTCPeerConnection;
window.heardHz = () => 0;
window.RTCPeerConnection = class extends Connection {
  constructor(...chosen) {
    super(...chosen);
    this.addEventListener("track", ({ track }) => {
      const context = new AudioContext();
      const analyser = new AnalyserNode(context, { fftSize: 8192 });
      context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
      window.heardHz = () => {
        const levels = new Float32Array(analyser.frequencyBinCount);
        analyser.getFloatFrequencyData(levels);
        const loudest = levels.indexOf(Math.max(...levels));
        return levels[loudest] > -60 ? loudest * context.sampleRate / analyser.fftSize : 0;
      };
    });
  }
};
"""


@contextmanager
def speaking_browser(folder: Path) -> Iterator[Browser]:
    """A browser in whose microphone the operator speaks."""
    words = folder / "operator.wav"
    write_wav(words, tone(OPERATOR_HZ, 2))
    microphone = (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={words}",
    )
    with running_browser(*microphone, "--autoplay-policy=no-user-gesture-required") as browser:
        yield browser


@contextmanager
def operator_page(browser: Browser, console_port: int) -> Iterator[Page]:
    """The page of the demo's operator, signed in; nothing in it may fail or be forbidden."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=f"http://127.0.0.1:{console_port}")
    context.add_init_script(LISTENS)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if "Content Security Policy" in message.text else None)
    page.on("response", lambda answer: faults.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None)
    page.goto("/sign-in")
    page.fill("input[name=login]", "demo")
    page.fill("input[name=password]", "linli")
    page.keyboard.press("Enter")
    expect(page.locator("#phone[data-states]")).to_be_attached()
    yield page
    page.close(run_before_unload=True)
    context.close()
    assert not faults, faults


def telephone_is(page: Page, *words: str, within_s: float = 60) -> None:
    """Wait until the telephone's bar is in all of these states."""
    wanted = "".join(f"[data-states~={word}]" for word in words)
    expect(page.locator(f"#phone{wanted}")).to_be_attached(timeout=within_s * 1000)


def telephone(town: Town, name: str, account: str = "carrier-demo") -> Softphone:
    """A telephone somewhere: a number at the carrier, or one that registers with us by the account of its name."""
    identity = Identity(name, secret=own_secret(town.settings, account), username=account)
    return Softphone(f"127.0.0.1:{town.settings.sip_port}", identity)


def asks_for_a_person(phone: Softphone, town: Town, words: str = "") -> Call:
    """They say what they want, where there are words, and when they are asked more about it they want a person."""
    sound = read_wav(town.script(words)[1]) if words else b""
    call = phone.dial(town.settings.hotline_number)
    call.wait_answered(60)
    if sound:
        call.wait_prompt_end(60)
        call.say(sound)
        call.wait_prompt_end(60)
    else:  # a key that is pressed before the conversation has begun is heard by nobody
        assert phone.wait_for(lambda: call.speech, 60)
    call.press("0")
    return call


def comes_to(page: Page) -> str:
    """The call rings in the page, which opens the caller's; the name of their channel."""
    telephone_is(page, "ringing", "plain")
    page.wait_for_url("**/desk/*")
    return page.url.partition("/desk/")[2].partition("?")[0]


def page_hears(page: Page, speaker: Call, hertz: int) -> None:
    """Somebody speaks until the page has heard them."""

    def is_there() -> bool:
        speaker.say(tone(hertz, 1))
        return abs(float(page.evaluate("heardHz()")) - hertz) < 20

    eventually(is_there)


def hears(listener: Call, hertz: int, speaker: Call | None = None) -> None:
    """Somebody is heard from now on; the operator's page speaks all the time by itself."""
    before = len(listener.heard)

    def is_there() -> bool:
        if speaker:
            speaker.say(tone(hertz, 1))
        return is_heard(listener.heard[before:], hertz)

    eventually(is_there)


def hear_each_other(page: Page, resident: Call, hertz: int) -> None:
    """The operator's page hears the resident, and the resident the operator."""
    page_hears(page, resident, hertz)
    hears(resident, OPERATOR_HZ)
