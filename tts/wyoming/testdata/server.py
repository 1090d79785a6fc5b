"""A Wyoming server made with the official Python package, for the tests. It prints its address.

Each character of the text is a millisecond of sound at half of full scale, in two channels of 16 bits for speaker "two".
"""
import asyncio

from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.info import Attribution, Describe, Info, TtsProgram, TtsVoice, TtsVoiceSpeaker
from wyoming.server import AsyncEventHandler, AsyncTcpServer
from wyoming.tts import Synthesize

RATE = 8000
COMMON = {"attribution": Attribution(name="test", url="https://example.org"), "installed": True, "description": None, "version": None}
VOICE = TtsVoice(name="en_US-reference", languages=["en_US"], speakers=[TtsVoiceSpeaker("one"), TtsVoiceSpeaker("two")], **COMMON)


class Handler(AsyncEventHandler):
    async def handle_event(self, event):
        if Describe.is_type(event.type):
            await self.write_event(Info(tts=[TtsProgram(name="reference", voices=[VOICE], **COMMON)]).event())
            return True
        request = Synthesize.from_event(event)
        if request.text == "fail":
            await self.write_event(Error(text="a failure as planned", code="ValueError").event())
            return False
        assert request.voice.name == "en_US-reference" and request.text_format.value == "text"
        shape = {"rate": RATE, "width": 2, "channels": 2 if request.voice.speaker == "two" else 1}
        await self.write_event(AudioStart(**shape).event())
        for _ in request.text:
            await self.write_event(AudioChunk(audio=b"\x00\x40" * shape["channels"] * (RATE // 1000), **shape).event())
        await self.write_event(AudioStop().event())
        return True


class Server(AsyncTcpServer):
    async def start(self, make):
        server = await asyncio.start_server(self._handler_callback(make), host="127.0.0.1", port=0)
        print("%s:%d" % server.sockets[0].getsockname(), flush=True)
        await server.serve_forever()

    def _handler_callback(self, make):
        async def serve(reader, writer):
            await make(reader, writer).run()

        return serve


asyncio.run(Server("127.0.0.1", 0).start(Handler))
