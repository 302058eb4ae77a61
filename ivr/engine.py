"""The recogniser that the settings ask for."""

from audio.recognizers import EngineOptions
from audio.recognizers.fallback import FallbackRecognizer, load_recognizer
from models.settings import Settings


def site_recognizer(settings: Settings, workers: int) -> FallbackRecognizer:
    """The site's engines, for so many utterances at once; raise `RecognitionError` if none of them can be started."""
    options = EngineOptions(
        settings.model_dir,
        workers,
        phrases=settings.phrases,
        phrases_dir=settings.phrases_dir,
        vosk_dir=settings.vosk_model_dir,
        url=settings.recognition_url,
    )
    return load_recognizer(settings.recognizers, options)
