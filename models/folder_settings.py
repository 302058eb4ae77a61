"""Settings of folders: where Linli reads and writes."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings

from models.setting_kinds import AbsolutePath

PROJECT = Path(__file__).resolve().parent.parent


class FolderSettings(BaseSettings):
    """Folders, and what lies in them. Everything that Linli writes is under `data_dir`."""

    # The default is resolved too: where root starts Linli, var is a link to a folder of the service user's.
    data_dir: AbsolutePath = Field(default=PROJECT / "var", validate_default=True)
    whisper_dir: AbsolutePath | None = None
    understanding_dir: AbsolutePath | None = None  # the learned model; several sites on one host may share it

    @property
    def asterisk_dir(self) -> Path:
        """Asterisk's configuration, spool and logs."""
        return self.data_dir / "asterisk"

    @property
    def recordings_dir(self) -> Path:
        """Whole calls, as Asterisk recorded them."""
        return self.data_dir / "recordings"

    @property
    def prompts_dir(self) -> Path:
        """Rendered prompts."""
        return self.data_dir / "prompts"

    @property
    def log_dir(self) -> Path:
        """One log a process."""
        return self.data_dir / "log"

    @property
    def model_dir(self) -> Path:
        """Whisper's model, put together from its packages."""
        return self.whisper_dir or self.data_dir / "whisper-base"

    @property
    def phrases_dir(self) -> Path:
        """Vosk's model that hears the site's own sentences, unpacked from its package."""
        return self.data_dir / "vosk-small-cn"

    @property
    def phrases(self) -> Path:
        """The sentences that it hears: what the meanings of utterances were learned from, one a line."""
        return (self.understanding_dir or self.data_dir) / "phrases.txt"

    @property
    def understanding_model(self) -> Path:
        """What was learned of the meanings of utterances."""
        return (self.understanding_dir or self.data_dir) / "understanding.npz"

    @property
    def proofs_dir(self) -> Path:
        """Photos and signatures that providers leave."""
        return self.data_dir / "proofs"
