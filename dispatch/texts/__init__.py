"""What our SMS say: every text in Chinese and English, in the files of this folder, and filled in here."""

from dispatch.texts.catalogue import LANGUAGES, SIGNATURE, text, texts, unsigned

__all__ = ["LANGUAGES", "SIGNATURE", "text", "texts", "unsigned"]
