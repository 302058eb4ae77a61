"""Starting and ending the program that speaks vosk-server's protocol."""

import os
import signal
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).with_name("vosk_server_program.py")


class VoskServer:
    def __init__(self, model_folder: Path, port: int = 0) -> None:
        command = [sys.executable, str(PROGRAM), str(model_folder), str(port)]
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env=os.environ | {"OPENBLAS_NUM_THREADS": "1"}
        )
        assert self._process.stdout
        self.port = int(self._process.stdout.readline())
        self.url = f"ws://127.0.0.1:{self.port}"

    def hang(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def die(self) -> None:
        self._process.kill()
        self._process.communicate()
