"""A server that speaks vosk-server's protocol, with the real Vosk and a real model; its arguments are the model and the port."""

import asyncio
import json
import sys
from typing import Any

import vosk
from websockets.asyncio.server import ServerConnection, serve

# Letter by letter, as the reference server compares it.
END = '{"eof" : 1}'


class Utterance:
    """One connection's settings and decoder."""

    def __init__(self, model: vosk.Model) -> None:
        self.model = model
        self.config: dict[str, Any] = {"sample_rate": 8000, "max_alternatives": 0}
        self.decoder: vosk.KaldiRecognizer | None = None

    def answer(self, message: str | bytes) -> str:
        if self.decoder is None:
            self.decoder = self.begin()
        if message == END:
            return self.decoder.FinalResult()
        if self.decoder.AcceptWaveform(message):
            return self.decoder.Result()
        return self.decoder.PartialResult()

    def begin(self) -> vosk.KaldiRecognizer:
        phrases = self.config.get("phrase_list")
        grammar = [json.dumps(phrases, ensure_ascii=False)] if phrases else []
        decoder = vosk.KaldiRecognizer(self.model, float(self.config["sample_rate"]), *grammar)
        decoder.SetMaxAlternatives(int(self.config["max_alternatives"]))
        return decoder


async def run(model_folder: str, port: int) -> None:
    vosk.SetLogLevel(-1)
    model = vosk.Model(model_folder)

    async def hear(connection: ServerConnection) -> None:
        utterance = Utterance(model)
        async for message in connection:
            if isinstance(message, str) and "config" in message:
                utterance.config |= json.loads(message)["config"]
                continue
            await connection.send(await asyncio.to_thread(utterance.answer, message))
            if message == END:
                break

    async with serve(hear, "127.0.0.1", port) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], int(sys.argv[2])))
