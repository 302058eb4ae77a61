"""The recogniser that the settings ask for."""

from audio.recognizers import EngineOptions
from audio.recognizers.fallback import FallbackRecognizer, load_recognizer
from models.settings import Settings


def site_recognizer(settings: Settings, workers: int, *, patient: bool = False) -> FallbackRecognizer:
    """The site's engines, for so many utterances at once; raise `RecognitionError` if none of them can be started.

    The `patient`, who have no caller on the line, have each utterance heard as a lone caller has it.
    """
    options = EngineOptions(
        settings.model_dir,
        workers,
        phrases=settings.phrases,
        phrases_dir=settings.phrases_dir,
        patient=patient,
        vosk_dir=settings.vosk_model_dir,
        url=settings.recognition_url,
    )
    return load_recognizer(settings.recognizers, options)
