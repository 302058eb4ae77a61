"""What a provider hears when a proof cannot be taken."""


class ProofRefused(Exception):
    """A photo or a signature that cannot be kept; `zh` and `en` say why, to whoever sent it."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en
